import { afterEach, expect, test } from 'vitest'
import type { Mapping } from '#domain/dataset.ts'
import { closeAll, importText, openHospital, type Hospital } from './hospital.ts'
import { aDraft } from './chest-pain.ts'
import { knowingTwo } from './knowing.ts'

afterEach(closeAll)

const people = `name,age,sex,chol\n${Array.from({ length: 30 }, (_, row) => `Anna Berg${row},${30 + row},${row % 2 ? 'M' : 'F'},${180 + row}`).join('\n')}\n`

async function send(hospital: Hospital, text: string, more: object = {}) {
  const bytes = new TextEncoder().encode(text)
  const begun = await hospital.call('imports.begin', {
    name: 'people',
    source: 'people.csv',
    size: bytes.length,
    replaces: null,
    ...more,
  })
  const { left } = await hospital.call('imports.chunk', { id: begun.id, bytes })
  expect(left).toBe(0)
  return begun.id
}

test('an import stops at a direct identifier until a person says what is done', async () => {
  const a = await openHospital('Alder')
  const id = await send(a, people)
  const preview = await a.call('imports.preview', { id })
  expect(preview?.identifiers.findings).toContainEqual(
    expect.objectContaining({ column: 'name', severity: 'block', proposed: 'drop' }),
  )
  await expect(a.call('imports.finish', { id })).rejects.toMatchObject({
    code: 'identifiers-found',
    message: expect.not.stringContaining('Anna'),
  })
  const dataset = await a.call('imports.finish', { id, edits: [{ column: 'name', action: 'hash' }] })
  expect(dataset.columns.map(({ name }) => name)).toEqual(['name', 'age', 'sex', 'chol'])
  const { profile, identifiers } = await a.call('datasets.profile', { id: dataset.id })
  expect(
    profile?.find(({ name }) => name === 'age')?.histogram?.counts.reduce((sum, count) => sum + count, 0),
  ).toBe(30)
  expect(identifiers?.report.findings[0]).toMatchObject({ column: 'name', action: 'hash' })
  expect(identifiers?.hash).toMatch(/^[0-9a-f]{64}$/)
  // Added rows are treated as the first ones were, and the same name keeps its pseudonym.
  const more = await send(a, people, { replaces: dataset.id, append: true })
  const grown = await a.call('imports.finish', { id: more })
  expect([grown.version, grown.rows, grown.columns[0]?.distinct]).toEqual([2, 60, 30])
  expect(grown.columns.map(({ type }) => type)).toEqual(dataset.columns.map(({ type }) => type))
})

test('removed, a dataset is gone from the file, with its profile, drafts that name it and an entry in the log', async () => {
  const a = await openHospital('Alder')
  const dataset = await importText(a, 'table', 'a,b\n1,canary-4711\n2,canary-4712\n')
  const [ours, other] = [`mapping:study-${dataset.id}`, 'mapping:study-another']
  await a.call('edits.put', { subject: ours, state: 'canary-4711 is yes' })
  await a.call('edits.put', { subject: other, state: 'something else' })
  await a.call('datasets.remove', { id: dataset.id })
  expect(await a.call('edits.get', { subject: ours })).toMatchObject({ state: null, canUndo: false })
  expect(await a.call('edits.get', { subject: other })).toMatchObject({ canUndo: true })
  await expect(a.call('datasets.profile', { id: dataset.id })).rejects.toMatchObject({ code: 'not-found' })
  const log = await a.call('audit.list', { from: 1, limit: 100 })
  expect(log.map(({ action }) => action)).toContain('dataset-removed')
})

test('edits can be undone and done again, also after a restart', async () => {
  const a = await openHospital('Alder')
  const subject = 'mapping:abc'
  expect(await a.call('edits.get', { subject })).toEqual({ state: null, canUndo: false, canRedo: false })
  await a.call('edits.put', { subject, state: 'one' })
  await a.call('edits.put', { subject, state: 'two' })
  expect(await a.call('edits.undo', { subject })).toEqual({ state: 'one', canUndo: true, canRedo: true })
  await a.restart()
  expect(await a.call('edits.get', { subject })).toEqual({ state: 'one', canUndo: true, canRedo: true })
  expect(await a.call('edits.redo', { subject })).toMatchObject({ state: 'two', canRedo: false })
  await a.call('edits.undo', { subject })
  expect(await a.call('edits.undo', { subject })).toEqual({ state: null, canUndo: false, canRedo: true })
  expect(await a.call('edits.put', { subject, state: 'three' })).toEqual({
    state: 'three',
    canUndo: true,
    canRedo: false,
  })
  expect(await a.call('edits.clear', { subject })).toBeNull()
  expect(await a.call('edits.get', { subject })).toEqual({ state: null, canUndo: false, canRedo: false })
})

const number = (name: string, unit: string, low: number, high: number) =>
  ({ type: 'number', name, label: '', unit, low, high, outside: 'clip', missing: 'mean' }) as const

/** A hospital with a study of blood values, and its table. */
async function bloodStudy(table: string) {
  const { a, members } = await knowingTwo()
  const draft = aDraft(members, {
    variables: [
      number('age', 'a', 18, 100),
      number('cholesterol', 'mg/dL', 80, 500),
      number('systolic blood pressure', 'mm[Hg]', 70, 250),
      number('weight', 'kg', 30, 200),
    ],
    outcome: { task: 'binary', name: 'death', label: 'Dead', positive: 'dead' },
  })
  const { id: study } = await a.call('studies.propose', draft)
  const dataset = await importText(a, 'blood', table)
  return { a, study, dataset: dataset.id }
}

const blood = (
  change: (row: number) => {
    age?: number
    chol?: number | string
    sbp?: number
    weight?: number
    dead?: string
  } = () => ({}),
) =>
  `Alter;Chol (mmol/L);RSBP;Gewicht;dead\n${Array.from({ length: 120 }, (_, row) => {
    const {
      age = 40 + (row % 45),
      chol = 4 + (row % 20) / 10,
      sbp = 110 + (row % 60),
      weight = 55 + (row % 40),
      dead = row % 3 ? 'N' : 'Y',
    } = change(row)
    return [age, chol, sbp, weight, dead].join(';')
  }).join('\n')}\n`

const mapped = (more: Partial<Mapping['variables']> = {}): Mapping => ({
  variables: {
    age: { column: 'Alter', missingCodes: [], scale: null, values: null },
    cholesterol: {
      column: 'Chol (mmol/L)',
      missingCodes: [],
      scale: { factor: 38.665, offset: 0 },
      values: null,
    },
    'systolic blood pressure': { column: 'RSBP', missingCodes: [], scale: null, values: null },
    weight: { column: 'Gewicht', missingCodes: [], scale: null, values: null },
    ...(more as Mapping['variables']),
  },
  outcome: { rule: 'equals', column: 'dead', positive: ['Y'] },
  holdout: { kind: 'share', share: 0.3 },
  subgroups: [],
})

test(
  'columns are suggested by name, synonym and unit, with the conversion; a preview shows the rows as read',
  { timeout: 60_000 },
  async () => {
    const { a, study, dataset } = await bloodStudy(blood())
    const { variables, outcome } = await a.call('mappings.suggest', { study, dataset })
    const best = Object.fromEntries(
      ['age', 'cholesterol', 'systolic blood pressure', 'weight'].map((name) => [
        name,
        variables.find(({ variable }) => variable === name),
      ]),
    )
    expect(Object.values(best).map((one) => one?.column)).toEqual([
      'Alter',
      'Chol (mmol/L)',
      'RSBP',
      'Gewicht',
    ])
    expect(best['cholesterol']?.reasons).toContain('unit-converted')
    expect(best['cholesterol']?.source.scale?.factor).toBeCloseTo(38.665, 2)
    expect(outcome).toEqual({ rule: 'equals', column: 'dead', positive: ['Y'], negative: ['N'] })
    const preview = await a.call('mappings.preview', {
      study,
      dataset,
      mapping: { ...mapped(), filter: 'Alter < 42' },
      rows: 5,
    })
    expect(preview.variables[1]?.read[0]).toBeCloseTo(4 * 38.665, 3)
    expect(preview.used).toEqual([true, true, false, false, false])
  },
)

const cases: [string, string, Mapping, [string | null, string]][] = [
  [
    'a wrong unit',
    blood(),
    mapped({ cholesterol: { column: 'Chol (mmol/L)', missingCodes: [], scale: null, values: null } }),
    ['cholesterol', 'unit-suspicious'],
  ],
  [
    'swapped columns',
    blood(),
    mapped({
      weight: { column: 'RSBP', missingCodes: [], scale: null, values: null },
      'systolic blood pressure': { column: 'Gewicht', missingCodes: [], scale: null, values: null },
    }),
    ['systolic blood pressure', 'swapped'],
  ],
  ['impossible ages', blood((row) => (row < 5 ? { age: 300 + row } : {})), mapped(), ['age', 'implausible']],
  [
    'four in ten missing',
    blood((row) => (row % 9 < 4 ? { chol: '' } : {})),
    mapped(),
    ['cholesterol', 'mostly-missing'],
  ],
  ['one class only', blood(() => ({ dead: 'N' })), mapped(), ['death', 'outcome-one-class']],
  [
    'a formula over nothing',
    blood(),
    mapped({ weight: { column: '=Gewicht * nothing', missingCodes: [], scale: null, values: null } }),
    [null, 'formula'],
  ],
]
test.each(cases)(
  'the mapping screen says %s before any round',
  { timeout: 60_000 },
  async (_, table, mapping, [variable, code]) => {
    const { a, study, dataset } = await bloodStudy(table)
    const { findings } = await a.call('mappings.check', { study, dataset, mapping })
    expect(findings).toContainEqual(expect.objectContaining({ variable, code }))
    const clean = await a.call('mappings.check', { study, dataset, mapping: mapped() })
    if (code === 'unit-suspicious' || code === 'swapped' || code === 'formula')
      expect(clean.findings).toEqual([])
  },
)
