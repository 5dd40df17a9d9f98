import { describe, expect, test } from 'vitest'
import type { Cell, OutcomeSource } from '#domain/dataset.ts'
import { meaningsOf, nameValue } from '#domain/naming.ts'
import { aMapping } from './a-study.ts'
import { equals, from, read, study } from './naming-kit.ts'

/** Reads one column as the outcome. */
async function outcomeOf(
  outcome: OutcomeSource,
  o: readonly Cell[],
  task: Parameters<typeof study>[0] = 'binary',
) {
  const mapping = aMapping({ variables: {}, outcome })
  const { table, unnamed } = await read(study(task), mapping, { o, t: o.map(() => 5) })
  const values = unnamed.flatMap((one) => one.values.map(({ value, count }) => [value, count]))
  return { read: [...table.outcome], event: table.event && [...table.event], unnamed: values }
}

describe('an outcome', () => {
  test('happened, did not, or is not known; whatever else stands there is listed with its counts', async () => {
    const cells = ['DEAD', ' dead', 'alive', 'moved abroad', 'moved abroad', -9, null]
    const seen = await outcomeOf(equals(['dead']), cells)
    expect(seen.read).toEqual([1, 1, 0, NaN, NaN, NaN, NaN])
    expect(seen.unnamed).toEqual([
      ['moved abroad', 2],
      ['-9', 1],
    ])
    const told = equals(['dead'], { negative: ['alive', 'moved abroad'], missingCodes: ['-9.0'] })
    expect(await outcomeOf(told, cells)).toMatchObject({ read: [1, 1, 0, 0, 0, NaN, NaN], unnamed: [] })
  })

  test('with a raised digit or a number that is not in tens is another value than without', async () => {
    const cells = ['3', '3¹', '31', '0²', '0x3', '2₃', '３']
    const seen = await outcomeOf(equals(['3', '31'], { negative: ['0', '23'] }), cells)
    expect(seen.read).toEqual([1, NaN, 1, NaN, NaN, NaN, 1])
    expect(seen.unnamed.map(([value]) => value)).toEqual(['3¹', '0²', '0x3', '2₃'])
    const above: OutcomeSource = { rule: 'above', column: 'o', threshold: 4 }
    expect((await outcomeOf(above, ['3¹', '0x9', '5.5', '1e1', '.5'])).read).toEqual([NaN, NaN, 1, 1, 0])
  })

  test('coded 1 and 2 is never read by a mapping that names 1', async () => {
    expect(await outcomeOf(equals(['1']), [1, 2, 0])).toMatchObject({
      read: [1, NaN, 0],
      unnamed: [['2', 1]],
    })
  })

  test('by a limit takes no code for a number, and reads what is named before it', async () => {
    const above: OutcomeSource = { rule: 'above', column: 'o', threshold: 0 }
    const cells = [0, 1, 2, 3, -9, 'none']
    expect(await outcomeOf(above, cells)).toMatchObject({
      read: [0, 1, 1, 1, NaN, NaN],
      unnamed: [
        ['-9', 1],
        ['none', 1],
      ],
    })
    const told: OutcomeSource = { ...above, negative: ['NONE'], missingCodes: ['-9'] }
    expect(await outcomeOf(told, cells)).toMatchObject({ read: [0, 1, 1, 1, NaN, 0], unnamed: [] })
  })

  test('in time is censored only where the mapping says so, and no time is below nothing', async () => {
    const rule: OutcomeSource = { rule: 'survival', time: 't', event: 'o', happened: ['dead'] }
    const seen = await outcomeOf(rule, ['Dead', 'alive', 'transplant'], 'survival')
    expect(seen).toMatchObject({ event: [1, 0, 0], read: [5, 5, NaN], unnamed: [['transplant', 1]] })
    const mapping = aMapping({ variables: {}, outcome: rule })
    const { table, unnamed } = await read(study('survival'), mapping, { o: ['dead', 'dead'], t: [-1, 2] })
    expect([...table.outcome]).toEqual([NaN, 2])
    expect(unnamed).toMatchObject([{ column: 't', stops: true, values: [{ value: '-1', count: 1 }] }])
  })

  test('in classes is of the class that it is translated into, or named after', async () => {
    const rule: OutcomeSource = { rule: 'class', column: 'o', values: { H: 'home', X: 'elsewhere' } }
    const seen = await outcomeOf(rule, ['h', 'ICU', 'X', 'hospice'], 'multiclass')
    expect(seen.read).toEqual([0, 2, NaN, NaN])
    expect(seen.unnamed.map(([value]) => value)).toEqual(['X', 'hospice'])
  })
})

test('a value is one whatever its case, blanks, invisible marks and form of letters', async () => {
  const forms = [
    'Überlebt',
    'überlebt ',
    'U\u0308BERLEBT',
    'überlebt\u200b',
    'ü\u00adberlebt',
    'ÜBERLEBT\u00a0',
  ]
  const wide = ['ＹＥＳ', 'yes', '\ufeffYes']
  const { read: values } = await outcomeOf(equals(['yes'], { negative: ['überlebt'] }), [...forms, ...wide])
  expect(values).toEqual([...forms.map(() => 0), ...wide.map(() => 1)])
})

test('rows that the filter leaves out stop nothing', async () => {
  const mapping = aMapping({ variables: {}, outcome: equals(['1']), filter: 'o != "lost"' })
  const { table, unnamed } = await read(study(), mapping, { o: ['1', '0', 'lost'] })
  expect([[...table.outcome], unnamed]).toEqual([[1, 0, NaN], []])
})

test('a formula for an answer takes a value for "no" only where it compares with it, or with its opposite', async () => {
  const mapping = aMapping({
    variables: {
      male: from('=lower(sex) == "m"'),
      ward: from('=w == 2 ? "icu" : "med"', { unlisted: ['w: 7'] }),
    },
    outcome: equals(['1'], { column: '=status == "dead" || status == "killed"' }),
  })
  const cells = { sex: ['M', 'x', null], w: [2, 7, 1], status: ['dead', 'Alive', 'unknown'] }
  const { table, unnamed } = await read(study(), mapping, cells)
  expect([...table.outcome]).toEqual([1, 0, NaN])
  expect(table.columns.map((column) => [...column])).toEqual([
    [2, 3, NaN],
    [1, NaN, NaN],
  ])
  expect(unnamed.map(({ variable, values }) => [variable, values[0]?.value])).toEqual([
    ['death', 'status: unknown'],
    ['ward', 'w: 1'],
    ['male', 'sex: x'],
  ])
})

describe('what a person says of a value', () => {
  const parts = study()
  const mapping = aMapping({ variables: { ward: from('w'), male: from('m') }, outcome: equals(['dead']) })
  const cells = { o: ['dead', 'alive', 'lost'], w: ['Med', 'paeds', 'surg'], m: ['1', 'no', 'divers'] }

  test('mends the mapping one value after the other, and leaves what was read before', async () => {
    let mended = nameValue(parts, mapping, 'death', 'LOST', 'no')
    mended = nameValue(parts, mended, 'ward', 'paeds', 'other')
    mended = nameValue(parts, mended, 'male', 'divers', 'no')
    const { table, unnamed } = await read(parts, mended, cells)
    expect(unnamed).toEqual([])
    expect([...table.outcome]).toEqual([1, 0, 0])
    expect(table.columns.map((column) => [...column])).toEqual([
      [0, 3, 1],
      [1, 0, 0],
    ])
    const again = nameValue(
      parts,
      nameValue(parts, mended, 'death', 'lost', 'missing'),
      'male',
      'Divers',
      'missing',
    )
    const { table: then } = await read(parts, again, cells)
    expect([[...then.outcome], [...then.columns[1]!]]).toEqual([
      [1, 0, NaN],
      [1, 0, NaN],
    ])
  })

  test('is refused where the study has no such name', () => {
    expect(meaningsOf(parts, 'ward')).toEqual(['med', 'surg', 'icu', 'other', 'missing'])
    expect(() => nameValue(parts, mapping, 'ward', 'paeds', 'children')).toThrow('cannot mean children')
    expect(() => nameValue(parts, mapping, 'age', '9', 'missing')).toThrow('cannot mean')
  })
})
