import { expect, test } from 'vitest'
import { AppError } from '#domain/errors.ts'
import { asksInformation, concludeExact, type FitRule } from '#trainer/exact/conclude.ts'
import { contributeExact } from '#trainer/exact/contribution.ts'
import { inferenceOf } from '#trainer/exact/inference.ts'
import { exactParts, problemOf } from '#trainer/exact/problem.ts'
import { startOf } from '#trainer/exact/start.ts'
import { type ExactState, readExact, writeExact } from '#trainer/exact/state.ts'
import { createStream } from '#trainer/random.ts'
import { differ } from '../../bench/exact/compare.ts'
import { aFederation, taskNames } from '../../bench/exact/federations.ts'
import { addExactly, fitTogether, join, type Joined } from '../../bench/exact/fit.ts'
import { fitPooled, poolRows } from '../../bench/exact/reference.ts'
import { aPlan, aTask, numberVariable, seed, toTable } from '../kit.ts'

const plain: FitRule = { tolerance: 1e-6, ridge: 0 }
const origin = { statistics: new Uint8Array(1), previous: new Uint8Array(2) }

/** Federations whose rows are not separated: private and shared intercepts, weak and strong effects, rare outcomes. */
const some = { binary: [2, 6, 8], multiclass: [2, 6], regression: [4, 9], survival: [3, 9] }

test.each(taskNames)('a fit over secure sums is the fit of the joined rows: %s', (kind) => {
  for (const number of some[kind]) {
    const { task, tables } = aFederation(kind, number, 1500)
    const joined = join(task, tables)
    const state = fitTogether(joined, plain)
    expect(state.status).toBe('converged')
    expect(state.sums).toBeLessThanOrEqual(20)
    const left = [...state.aliased.keys()].filter((i) => state.aliased[i] && i < joined.problem.columns)
    const pooled = poolRows(task, tables, new Set(left.map((i) => i - joined.problem.intercept)))
    const table = inferenceOf(joined.problem, task, joined.statistics, state, tables.length)
    const { coefficient, error } = differ(table, pooled, fitPooled(pooled)!)
    expect(coefficient).toBeLessThan(1e-6)
    expect(error).toBeLessThan(1e-6)
  }
})

const sturdy = ['binary', 'multiclass', 'regression'] as const
test.each(sturdy)('robust and clustered errors are those of the joined rows, by one more sum: %s', (kind) => {
  for (const number of some[kind].slice(1, 2)) {
    const { task, tables } = aFederation(kind, number, 400)
    const joined = join(task, tables)
    const plainly = fitTogether(joined, plain)
    for (const errors of ['robust', 'clustered'] as const) {
      const problem = { ...joined.problem, errors }
      const state = fitTogether({ ...joined, problem }, plain)
      expect(state).toMatchObject({ status: 'converged', sums: plainly.sums + 1, last: false })
      expect(readExact(problem, writeExact(state, origin)).scores).toEqual(state.scores)
      const left = [...state.aliased.keys()].filter((i) => state.aliased[i] && i < problem.columns)
      const pooled = poolRows(task, tables, new Set(left.map((i) => i - problem.intercept)))
      const table = inferenceOf(problem, task, joined.statistics, state, tables.length)
      const { error } = differ(table, pooled, fitPooled(pooled)!, tables.length)
      expect(error).toBeLessThan(1e-6)
      expect(table).toMatchObject({ errors, test: null })
    }
  }
})

/** The states after each sum of a fit. */
function statesOf({ problem, statistics, designs }: Joined, rule: FitRule): ExactState[] {
  const start = startOf(problem, statistics)
  const states: ExactState[] = []
  while (states.length < 20 && (states.at(-1)?.status ?? 'running') === 'running') {
    const before = states.at(-1) ?? null
    const at = before?.coefficients ?? start
    const parts = designs.map((one) => contributeExact(problem, one, at, asksInformation(before)))
    states.push(concludeExact(problem, rule, before, start, addExactly(parts)))
  }
  return states
}

test('a step that went too far is taken back: the log-likelihood at the best coefficients never falls', () => {
  const { task, tables } = aFederation('binary', 6, 900)
  const joined = join(task, tables)
  const start = startOf(joined.problem, joined.statistics)
  // The first curvature is said to be a hundredth of what it is: the first step goes a hundred times too far.
  const [first] = statesOf(joined, plain)
  const { information } = exactParts(joined.problem)
  const parts = joined.designs.map((one) => contributeExact(joined.problem, one, start, true))
  const small = addExactly(parts).map((value, i) => (i >= information ? value / 100 : value))
  let state = concludeExact(joined.problem, plain, null, start, small)
  const values = [state.best.value]
  let back = 0
  while (state.status === 'running' && state.sums < 30) {
    const asked = asksInformation(state)
    const { coefficients, best } = state
    const sums = joined.designs.map((one) => contributeExact(joined.problem, one, coefficients, asked))
    state = concludeExact(joined.problem, plain, state, start, addExactly(sums))
    back += Number(state.best.coefficients === best.coefficients)
    values.push(state.best.value)
  }
  expect(back).toBeGreaterThan(0)
  values.slice(1).forEach((value, i) => expect(value).toBeGreaterThanOrEqual(values[i]! - 1e-6))
  expect(state.status).toBe('converged')
  expect(state.best.value).toBeGreaterThan(first!.best.value)
})

test('a penalised fit ends where the penalised gradient is 0, and opens the information once where nothing is hard', () => {
  const { task, tables } = aFederation('binary', 4, 1500)
  const joined = join(task, tables)
  const state = fitTogether(joined, { tolerance: 1e-5, ridge: 30 })
  expect(state.matrices).toBe(1)
  const { problem, designs } = joined
  const sum = addExactly(designs.map((one) => contributeExact(problem, one, state.coefficients, false)))
  state.coefficients.forEach((one, i) => {
    expect(sum[i]! - (i % problem.columns === 0 ? 0 : 30 * one)).toBeCloseTo(0, 5)
  })
})

test('a variable that tells the outcome without a miss is named separation; a penalty keeps it finite', () => {
  const stream = createStream('separated', seed(1))
  const tables = [60, 80, 70].map((rows) => {
    const values = Array.from({ length: rows }, () => [2 * stream.real() - 1, 2 * stream.real() - 1] as const)
    const outcome = values.map(([a]) => Number(a > 0.3))
    return toTable([values.map(([a]) => a), values.map(([, b]) => b)], outcome, () => false)
  })
  const variables = ['a', 'b'].map((name) => ({ ...numberVariable(name, -1, 1), missing: 'mean' as const }))
  const joined = join(aTask(variables, aPlan()), tables)
  const free = fitTogether(joined, plain)
  expect(free.status).toBe('separated')
  expect(fitTogether(joined, { ...plain, ridge: 1 }).status).toBe('converged')
})

test('a level that never has the outcome is separation too, and strong effects are not', () => {
  const stream = createStream('levels', seed(2))
  const federation = (never: boolean) => {
    const tables = [300, 400, 500].map((rows) => {
      const values = Array.from(
        { length: rows },
        () => [Number(stream.real() < 0.1), 6 * stream.real() - 3] as const,
      )
      const outcome = values.map(([level, b]) =>
        Number(!(never && level === 1) && stream.real() < 1 / (1 + Math.exp(-2.5 * b + 1 + 2 * level))),
      )
      return toTable([values.map(([a]) => a), values.map(([, b]) => b)], outcome, () => false)
    })
    const variables = ['a', 'b'].map((name) => ({ ...numberVariable(name, -3, 3), missing: 'mean' as const }))
    return fitTogether(join(aTask(variables, aPlan()), tables), plain)
  }
  expect(federation(true).status).toBe('separated')
  expect(federation(false).status).toBe('converged')
})

test('all members write the same bytes, whatever the order of hospitals, and read them back', () => {
  const { task, tables } = aFederation('multiclass', 1, 300)
  const joined = join(task, tables)
  const bytes = statesOf(joined, plain).map((state) => writeExact(state, origin))
  const turned = statesOf({ ...joined, designs: joined.designs.toReversed() }, plain)
  expect(turned.map((state) => writeExact(state, origin))).toEqual(bytes)
  const problem = problemOf(task)
  for (const one of bytes) expect(writeExact(readExact(problem, one), origin)).toEqual(one)
  const other = { ...problem, columns: problem.columns + 1 }
  const last = bytes.at(-1)!
  const broken = [
    last.slice(0, -8),
    Uint8Array.of(...last, 0),
    last.with(last.length - 1, 0x7f).fill(0xff, last.length - 2),
  ]
  for (const bad of broken) expect(() => readExact(problem, bad)).toThrow(AppError)
  expect(() => readExact(other, last)).toThrow(AppError)
  const state = readExact(problem, last)
  expect(state.aliased.some((one) => one === 1)).toBe(true)
  // The same list of coefficients that others say already, in another order: a member would write other bytes.
  const text = new TextDecoder('latin1').decode(last)
  const list = /"aliased":\[(\d+),(\d+)/.exec(text)!
  const reordered = text.replace(list[0], `"aliased":[${list[2]},${list[1]}`)
  const swapped = Uint8Array.from(reordered, (letter) => letter.charCodeAt(0))
  expect(swapped.length).toBe(last.length)
  expect(() => readExact(problem, swapped)).toThrow(AppError)
})

test('sums that no rows have are refused or lead to finite coefficients', () => {
  const { task, tables } = aFederation('binary', 2, 200)
  const { problem, statistics } = join(task, tables)
  const start = startOf(problem, statistics)
  const { length } = exactParts(problem)
  const stream = createStream('lies', seed(3))
  for (const bad of [new Float64Array(length - 1), new Float64Array(length).fill(Number.NaN)]) {
    expect(() => concludeExact(problem, plain, null, start, bad)).toThrow(AppError)
  }
  for (let tries = 0; tries < 50; tries++) {
    let state: ExactState | null = null
    for (let round = 0; round < 6; round++) {
      const lie = Float64Array.from({ length }, () => (stream.real() - 0.5) * 2 ** stream.below(31))
      state = concludeExact(problem, { ...plain, ridge: tries % 2 === 0 ? 0 : 'evidence' }, state, start, lie)
      expect(state.coefficients.every(Number.isFinite)).toBe(true)
      expect(readExact(problem, writeExact(state, origin)).coefficients).toEqual(state.coefficients)
    }
  }
})
