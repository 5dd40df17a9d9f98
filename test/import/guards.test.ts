import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import type { ImportEdits } from '#domain/importing.ts'
import { openDesk, readDirectly } from './desk.ts'

const lines = (header: string, rows: readonly string[]) => `${header}\n${rows.join('\n')}\n`
const column = (name: string, values: readonly (string | number)[]) => lines(name, values.map(String))
const read = (text: string, edits: ImportEdits = []) => readDirectly(text, 1 << 20, {}, edits)

test('a number such as -9 is only offered as missing where it lies apart from all others', async () => {
  const offered = async (values: readonly number[]) => {
    const { preview } = await read(column('base_excess', values))
    return preview?.columns[0]?.suggestedCodes.map((one) => one.code)
  }
  const balanced = Array.from({ length: 41 }, (_, i) => i - 20)
  expect(await offered([...balanced, -9, -9])).toEqual([])
  expect(await offered([...balanced, -999, -999])).toEqual(['-999'])
  expect(await offered([...balanced.map((one) => one + 30), -9])).toEqual(['-9'])
})

test('a hashed word becomes a keyed name of eighty bits, which nobody can make without the key', async () => {
  const words = Array.from({ length: 40 }, (_, i) => `P${String(i).padStart(5, '0')}`)
  const rows = words.map((word, i) => `${word},${i}`)
  const table = await read(lines('code,x', rows), [{ column: 'code', action: 'hash' }])
  const names = table.rows.map((row) => String(row[0]))
  expect(new Set(names).size).toBe(words.length)
  for (const [i, name] of names.entries()) {
    expect(name).toMatch(/^[0-9a-f]{20}$/)
    const unkeyed = createHmac('sha256', '')
      .update(words[i] ?? '', 'utf8')
      .digest('hex')
    expect(unkeyed.startsWith(name)).toBe(false)
  }
})

test('capped ages are 90 at most, and missing ones are in no mean', async () => {
  const ages = [40, 89, 90, 91, 104, '', 'NA', 20]
  const table = await read(column('age', ages) + '\n', [{ column: 'age', action: 'cap-age' }])
  const kept = table.rows.map((row) => row[0])
  expect(kept.filter((one) => one !== null)).toEqual([40, 89, 90, 90, 90, 20])
  expect(table.columns[0]).toMatchObject({ high: 90, mean: (40 + 89 + 90 * 3 + 20) / 6 })
})

test('rows in small groups are counted as rows; a column whose words are hashed groups nobody', async () => {
  const row = (age: number, sex: string, city: string, times: number) =>
    Array.from({ length: times }, (_, i) => `${age},${sex},${city},${i}`)
  const rows = [...row(40, 'm', 'Ulm', 6), ...row(50, 'f', 'Ulm', 3), ...row(60, 'f', 'Ulm', 4)]
  const text = lines('age,sex,city,x', rows)
  const { identifiers } = await read(text)
  expect(identifiers).toMatchObject({ quasi: ['age', 'sex', 'city'], smallestGroup: 3, rowsInSmallGroups: 7 })
  const hashed = await read(text, [{ column: 'city', action: 'hash' }])
  expect(hashed.identifiers.quasi).toEqual(['age', 'sex'])
})

test('a column of a table that grows keeps its type, whatever the new rows look like', async () => {
  const desk = openDesk()
  try {
    const first = await desk.take(lines('ward,x', ['A1,1', 'B2,2', '7,3']))
    expect(first.columns[0]?.type).toBe('category')
    const { readTable } = await import('#store/datasets.ts')
    const before = readTable(desk.db, first.dataset)
    const grown = {
      ...{ columns: first.columns, rows: first.rows.length },
      chunk: (chunk: number) => before.chunk(chunk),
    }
    const bytes = Buffer.from(lines('ward,x', ['8,4', '9,5']))
    const { id } = desk.importer.begin({ name: 'more', size: bytes.length, grown })
    await desk.importer.chunk(id, bytes)
    const found = await desk.importer.finish(id, (imported) => imported.columns)
    expect(found[0]).toMatchObject({ name: 'ward', type: 'category', distinct: 5 })
  } finally {
    await desk.close()
  }
})
