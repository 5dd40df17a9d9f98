import { expect, test } from 'vitest'
import type { Preview } from '#domain/importing.ts'
import { editsOf, type ImportOptions, readOptionsOf } from '#headless/commands/import-options.ts'
import { readDirectly } from '../import/desk.ts'

const NOTHING: ImportOptions = {
  ...{
    drop: [],
    hash: [],
    generalise: [],
    keep: [],
    type: [],
    unit: [],
    missing: [],
    limits: [],
    decimalOf: [],
    dateOrderOf: [],
    calendar: [],
    century: [],
    clock: [],
  },
}

async function previewed(): Promise<Preview> {
  const rows = Array.from({ length: 40 }, (_, row) => `Anna${row} Meier,19${40 + row}-03-11,${50 + row},1`)
  const { preview } = await readDirectly(`Nachname,Geburtsdatum,age,x=y\n${rows.join('\n')}\n`)
  if (!preview) throw new Error('a whole file has a preview')
  return preview
}

test('what is typed about columns becomes edits of them', async () => {
  const preview = await previewed()
  const options = {
    drop: ['Nachname'],
    generalise: ['Geburtsdatum', 'age'],
    missing: ['age=77,88'],
    unit: ['x=y=mg'],
  }
  expect(editsOf({ ...NOTHING, ...options }, preview)).toEqual([
    { column: 'Nachname', action: 'drop' },
    { column: 'Geburtsdatum', action: 'year' },
    { column: 'age', action: 'age-band', missingCodes: ['77', '88'] },
    { column: 'x=y', unit: 'mg' },
  ])
})

test('taken as proposed, what a person typed stays', async () => {
  const edits = editsOf({ ...NOTHING, keep: ['Nachname'], yes: true }, await previewed())
  expect(edits).toEqual([
    { column: 'Nachname', action: 'keep' },
    { column: 'Geburtsdatum', action: 'year' },
  ])
})

test('what does not fit the file is refused with its place', async () => {
  const preview = await previewed()
  const refused = (options: Partial<ImportOptions>) => () => editsOf({ ...NOTHING, ...options }, preview)
  expect(refused({ drop: ['Vorname'] })).toThrow('no column called Vorname')
  expect(refused({ generalise: ['Nachname'] })).toThrow('neither dates nor ages')
  expect(refused({ type: ['age=colour'] })).toThrow('type')
  expect(refused({ type: ['age'] })).toThrow('COLUMN=VALUE')
  expect(() => readOptionsOf({ ...NOTHING, level: 'ward' })).toThrow('level')
  expect(() => readOptionsOf({ ...NOTHING, sheet: 'two' })).toThrow('sheet')
  expect(readOptionsOf({ ...NOTHING, delimiter: 'tab', header: false })).toEqual({
    dialect: { delimiter: '\t', header: false },
  })
})
