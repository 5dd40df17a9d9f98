import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { readDirectly } from './desk.ts'

test('times of day in a Parquet file are times, and moments of UTC say so', async () => {
  const file = readFileSync(path.join(import.meta.dirname, 'fixtures', 'times.parquet'))
  const { names, rows } = await readDirectly(new Uint8Array(file))
  const column = (name: string) => rows.map((row) => row[names.indexOf(name)])
  expect(column('ms')).toEqual(['07:05:09', null, '00:00:00.25'])
  expect(column('us')).toEqual(['23:59:59.5', '07:05:00', null])
  expect(column('ns')).toEqual(['12:00:00', '12:00:01', '12:00:02'])
  const moments = ['2023-11-30T07:05:00', '2023-11-30T07:05:01', '2023-11-30T07:05:02']
  expect(column('utc')).toEqual(moments.map((one) => `${one}Z`))
  expect(column('local')).toEqual(moments)
})
