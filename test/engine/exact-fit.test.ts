import { afterEach, expect, test } from 'vitest'
import { EXACT, MOST_FIT_ROUNDS, type Plan } from '#domain/plan.ts'
import { aStudy } from './a-study.ts'
import { closeAll, until, type Hospital } from './hospital.ts'
import { fitPooled } from './pooled-fit.ts'
import { finish, openTogether, plan, type Together } from './together.ts'

afterEach(closeAll)

const NAMES = ['Aue', 'Buch', 'Calw', 'Dorn']
/** What is read of the file of a model. */
interface ModelFile {
  readonly inputs: readonly { readonly name: string; readonly mean: number; readonly sd: number | null }[]
  readonly parameters: readonly { readonly name: string; readonly values: readonly number[] }[]
}

const exact = (changes: Partial<Plan> = {}) =>
  plan({ fit: EXACT, intercept: 'shared', rounds: MOST_FIT_ROUNDS, ...changes })

const rulesFor = (rounds: number) => ({
  minimumSum: 3,
  quorum: 'two-thirds' as const,
  weightBands: [20, 40, 80],
  minimumRows: 20,
  lastRound: rounds + 4,
  pace: { answer: 600_000, compute: 6000, exchange: 6000 },
})

async function modelFile(one: Hospital, study: string): Promise<ModelFile> {
  const models = await one.call('models.list', { study })
  const file = await one.call('models.export', { study, hash: models.at(-1)!.hash, format: 'json' })
  return JSON.parse(new TextDecoder().decode(file.bytes)) as ModelFile
}

/** Coefficients in the variables' own units, intercept last. */
function inOwnUnits({ inputs, parameters }: ModelFile): Map<string, number> {
  const weights = parameters.find(({ name }) => name.endsWith('weights'))!.values
  let intercept = parameters.find(({ name }) => name.endsWith('bias'))?.values[0] ?? Number.NaN
  const out = new Map<string, number>()
  for (const [i, { name, mean, sd }] of inputs.entries()) {
    if (sd === null) continue
    out.set(name, weights[i]! / sd)
    intercept -= (weights[i]! * mean) / sd
  }
  return out.set('intercept', intercept)
}

/** From a coefficient of the pooled fit, in its standard errors: the fit ends by these, however near to 0 a coefficient is. */
function distance(found: number, { coefficients, errors }: ReturnType<typeof fitPooled>, name: string) {
  return Math.abs(found - coefficients.get(name)!) / errors.get(name)!
}

/** Ages to the day: with whole years, sex and three kinds of pain there are too few kinds of patients for the sums of an exact fit. */
const toTheDay = (table: string) =>
  table.replaceAll(/^\d+(?=,)/gm, (age, at: number) => `${age}.${String((at * 7919) % 365).padStart(3, '0')}`)

const tablesOf = ({ taps }: Together) => taps.map((tap) => [...tap.loads.values()][0]!)

test('four hospitals come to the coefficients of a fit to all their rows, the same bits at all, and stop once they are there', async () => {
  const all = await openTogether(NAMES)
  const { hospitals, begin } = all
  const study = await begin({ plan: exact(), rules: rulesFor(MOST_FIT_ROUNDS) }, 160, toTheDay)
  await finish(hospitals, study, 120_000)

  const hashes = await Promise.all(
    hospitals.map(async (one) => (await one.call('models.list', { study })).map(({ hash }) => hash)),
  )
  for (const one of hashes) expect(one).toEqual(hashes[0])
  expect(hashes[0]!.length).toBeLessThanOrEqual(MOST_FIT_ROUNDS)

  const found = inOwnUnits(await modelFile(hospitals[0]!, study))
  const pooled = fitPooled(tablesOf(all))
  expect([...found.keys()]).toEqual([...pooled.coefficients.keys()])
  for (const name of pooled.coefficients.keys())
    expect(distance(found.get(name)!, pooled, name), name).toBeLessThan(1e-5)

  const results = await until(
    () => hospitals[0]!.call('results.get', { study }),
    ({ shared }) => shared !== null,
  )
  expect(results.shared!.auc).toBeGreaterThan(0.6)
  const { status, terms, rows } = results.inference!
  expect({ status, rows }).toEqual({ status: 'converged', rows: pooled.rows })
  const errors = new Map(
    terms.filter(({ absent }) => !absent).map((one) => [one.feature ?? 'intercept', one.standardError]),
  )
  for (const [name, error] of pooled.errors)
    expect(Math.abs(errors.get(name)! / error - 1), name).toBeLessThan(1e-5)
}, 240_000)

test('robust errors are asked for in the plan, told on the consent page, and come with one more sum to all alike', async () => {
  const all = await openTogether(NAMES)
  const { hospitals, begin } = all
  const plan = exact({ fit: { ...EXACT, errors: 'robust' } })
  const study = await begin({ plan, rules: rulesFor(MOST_FIT_ROUNDS) }, 160, toTheDay)
  const { text } = await hospitals[0]!.call('consents.page', { study })
  expect(text).toContain('One more sum at the end gives robust standard errors')
  await finish(hospitals, study)
  const views = await Promise.all(
    hospitals.map(async (one) => (await one.call('results.get', { study })).inference),
  )
  for (const view of views) expect(view).toEqual(views[0])
  expect(views[0]).toMatchObject({ status: 'converged', errors: 'robust', test: null })
  const pooled = fitPooled(tablesOf(all))
  for (const { feature, absent, standardError } of views[0]!.terms) {
    if (absent) continue
    // Near the model's own, since the rows are made as it says, and not the same.
    const ratio = standardError / pooled.errors.get(feature ?? 'intercept')!
    expect(Math.abs(Math.log(ratio))).toBeLessThan(0.3)
    expect(Math.abs(ratio - 1)).toBeGreaterThan(1e-5)
  }
}, 120_000)

test.each(['shared', 'private'] as const)(
  'with a %s intercept a hospital without the outcome takes part, is told what that means, and the fit is that of all rows',
  { timeout: 240_000 },
  async (intercept) => {
    const all = await openTogether(NAMES)
    const { hospitals, begin } = all
    const none = (table: string, place: number) =>
      toTheDay(place === 1 ? table.replaceAll(/,\d$/gm, ',0') : table)
    const changes = { plan: exact({ intercept }), rules: rulesFor(MOST_FIT_ROUNDS) }
    const study = await begin(changes, 160, none)
    const { findings } = await hospitals[1]!.call('mappings.get', { study })
    const told = findings.find(({ code }) => code === 'outcome-one-class')
    expect(told).toMatchObject({
      severity: 'warning',
      detail: expect.stringMatching(/take part all the same/),
    })
    const { text } = await hospitals[1]!.call('consents.page', { study })
    expect(text).toContain(`WARNING: ${told!.detail}`)
    expect(text.includes('drawn to the one of all hospitals')).toBe(intercept === 'private')
    await finish(hospitals, study, 120_000)

    const found = inOwnUnits(await modelFile(hospitals[0]!, study))
    // With an intercept for each, a hospital whose outcome never varies has one without end and says nothing of the slopes.
    const tables = tablesOf(all).filter((_, i) => intercept === 'shared' || i !== 1)
    const pooled = fitPooled(tables, intercept)
    for (const name of ['age', 'pain = typical', 'pain = other', 'male'])
      expect(distance(found.get(name)!, pooled, name), name).toBeLessThan(1e-5)
    const results = await until(
      () => hospitals[1]!.call('results.get', { study }),
      ({ shared }) => shared !== null,
    )
    expect(results.shared!.logLoss).toBeLessThan(1)
  },
)

test('a variable with knots is fitted as the restricted cubic spline that a fit to all rows has, and the consent page says so', async () => {
  const all = await openTogether(NAMES)
  const { hospitals, begin } = all
  const { variables } = aStudy()
  const changes = {
    plan: exact(),
    rules: rulesFor(MOST_FIT_ROUNDS),
    variables: variables.map((one) => (one.type === 'number' ? { ...one, knots: [40, 55, 70] } : one)),
  }
  const study = await begin(changes, 160, toTheDay)
  const { text } = await hospitals[0]!.call('consents.page', { study })
  expect(text).toContain('"age" counts as a curve (a restricted cubic spline) with knots at 40, 55, 70 "a"')
  await finish(hospitals, study, 120_000)
  const over = (age: number, knot: number) => Math.max(0, age - knot) ** 3
  const spline = (age: number) => (over(age, 40) - 2 * over(age, 55) + over(age, 70)) / 900
  const pooled = fitPooled(tablesOf(all), 'shared', { 'age spline 1': spline })
  const results = await until(
    () => hospitals[3]!.call('results.get', { study }),
    ({ shared }) => shared !== null,
  )
  const terms = results.inference!.terms.filter(({ absent }) => !absent)
  expect(terms.map(({ feature }) => feature)).toContain('age spline 1')
  for (const { feature, coefficient, standardError } of terms) {
    const name = feature ?? 'intercept'
    expect(distance(coefficient, pooled, name), name).toBeLessThan(1e-5)
    expect(Math.abs(standardError / pooled.errors.get(name)! - 1), name).toBeLessThan(1e-5)
  }
}, 240_000)

test('where a hospital of the first sum is away the fit waits for it and comes to the same end: no sum is without it', async () => {
  const all = await openTogether(NAMES)
  const { hospitals, taps, begin } = all
  const [a, , , away] = hospitals
  // It computes one sum of the fit and no other until it is back.
  taps[3]!.limit = 1
  const study = await begin({ plan: exact(), rules: rulesFor(MOST_FIT_ROUNDS) }, 160, toTheDay)
  const sums = async () => {
    const rounds = await a!.call('rounds.list', { study, from: 1, limit: 100 })
    return rounds.filter(({ outcome }) => outcome?.result === 'sum').length
  }
  await until(sums, (count) => count === 2, 120_000)
  await away!.restart(async () => {
    taps[3]!.limit = Infinity
    // The three others are a quorum and enough for a sum: a plan of averages would go on without it.
    await new Promise((resolve) => setTimeout(resolve, 14_000))
    expect(await sums()).toBe(2)
  })
  await finish(hospitals, study, 120_000)
  const found = inOwnUnits(await modelFile(away!, study))
  const pooled = fitPooled(tablesOf(all))
  for (const name of pooled.coefficients.keys())
    expect(distance(found.get(name)!, pooled, name), name).toBeLessThan(1e-5)
}, 300_000)
