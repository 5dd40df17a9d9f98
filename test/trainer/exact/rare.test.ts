import { expect, test } from 'vitest'
import { EXACT } from '#domain/plan.ts'
import type { Outcome, Variable } from '#domain/variable.ts'
import { createDirectTrainer } from '#trainer/direct.ts'
import type { Table, Task } from '#trainer/jobs.ts'
import { createStream, type Stream } from '#trainer/random.ts'
import { featuresOf } from '#trainer/variables/features.ts'
import { join } from '../../bench/exact/fit.ts'
import { federate, trainRounds } from '../federation.ts'
import { aPlan, aTask, numberVariable, seed } from '../kit.ts'
import { fewestApart } from './apart.ts'

const FEWEST = 20
const FEDERATIONS = 100
/** Below, between and above the frequent values. */
const knots = [
  [0.2, 0.4, 0.8],
  [0.5, 1.5, 2.5],
  [2, 5, 20],
]
const outcomes: readonly Outcome[] = [
  { task: 'binary', name: 'y', label: '', positive: 'yes' },
  { task: 'multiclass', name: 'y', label: '', classes: ['p', 'q', 'r'] },
  { task: 'regression', name: 'y', label: '', unit: null, low: -50, high: 50 },
  { task: 'survival', name: 'y', label: '', timeUnit: 'd', horizon: 10 },
]

/** A federation whose variables have rare values of every kind, and rare outcomes. */
function aFederation(number: number): { task: Task; tables: Table[] } {
  const dice = createStream('rare', seed(1), Uint8Array.of(number % 256, number >>> 8))
  const pick = <T>(all: readonly T[]): T => all[Math.floor(dice.real() * all.length)]!
  const missing = ['mean', 'mean-and-indicator'] as const
  const variables: Variable[] = [
    { ...numberVariable('n', 0, 100), missing: pick(missing) },
    {
      ...numberVariable('m', 0, 100),
      missing: pick(missing),
      ...(dice.real() < 0.7 ? { knots: pick(knots) } : {}),
    },
    { type: 'boolean', name: 'b', label: '', missing: pick(['no', 'indicator'] as const) },
    {
      ...{ type: 'category', name: 'c', label: '', categories: ['r', 's', 't', 'u'] },
      ...{ unlisted: pick(['other', 'missing'] as const), missing: 'indicator' },
    },
  ]
  const plan = aPlan({ fit: EXACT, intercept: pick(['shared', 'private'] as const), rounds: 20 })
  const outcome = outcomes[number % outcomes.length]!
  const task = { ...aTask(variables, plan, { minimumRows: FEWEST }), outcome }
  const drawn = [numbers(dice), numbers(dice), levels(dice, 2, 0.1), levels(dice, 5, 0.1)]
  const result = levels(dice, outcome.task === 'multiclass' ? 3 : 2, 0)
  const tables = [400, 150, 250].map((rows): Table => {
    const columns = drawn.map((of) => Float32Array.from({ length: rows }, of))
    const y = Float32Array.from({ length: rows }, result)
    return {
      columns,
      outcome: outcome.task === 'survival' ? y.map(() => 1 + Math.floor(9 * dice.real())) : y,
      event: outcome.task === 'survival' ? Uint8Array.from(y) : null,
      heldOut: new Uint8Array(rows),
      subgroups: [],
    }
  })
  return { task, tables }
}

/** Most are one of a few frequent values, some (between none and many) another. */
function numbers(dice: Stream): () => number {
  const [common, odd, unknown] = [1 + Math.floor(3 * dice.real()), rarity(dice), rarity(dice)]
  return () => {
    if (dice.real() < unknown) return Number.NaN
    return dice.real() < odd ? 4 * Math.floor(12 * dice.real()) : 1 + Math.floor(common * dice.real())
  }
}

/** Levels from the first on of which any may be rare, the first too, and unknown ones. */
function levels(dice: Stream, count: number, unknown: number): () => number {
  const shares = Array.from({ length: count }, () =>
    dice.real() < 0.4 ? rarity(dice) / 4 : 0.2 + dice.real(),
  )
  const [all, none] = [shares.reduce((sum, one) => sum + one, 0), unknown * rarity(dice)]
  return () => {
    if (dice.real() < none) return Number.NaN
    let rest = dice.real() * all
    for (const [level, share] of shares.entries()) if ((rest -= share) < 0) return level
    return count - 1
  }
}

function rarity(dice: Stream): number {
  return dice.real() < 0.3 ? 0.2 : 0.04 * dice.real()
}

/** Of each variable of a federation the fewest rows that a combination of its columns in the opened sums sets apart. */
function smallestOf(task: Task, tables: readonly Table[]): { apart: number; kept: number } {
  const { designs, problem } = join(task, tables)
  const rows = designs.flatMap(({ x, rows: height }) =>
    Array.from({ length: height }, (_, row) =>
      x.subarray(row * problem.columns, (row + 1) * problem.columns),
    ),
  )
  let [apart, kept] = [Infinity, 0]
  task.variables.forEach((_, variable) => {
    const places = featuresOf(task).flatMap((one, index) =>
      one.variable === variable ? [index + problem.intercept] : [],
    )
    const used = places.filter((place) => rows.some((row) => row[place] !== 0))
    kept += used.length
    apart = Math.min(apart, fewestApart(rows.map((row) => [1, ...used.map((place) => row[place]!)])))
  })
  return { apart, kept }
}

test('no value or level of a variable, nor what it leaves over, sets few patients apart in the opened sums of an exact fit', () => {
  let [kept, without] = [0, 0]
  for (let number = 0; number < FEDERATIONS; number++) {
    const { task, tables } = aFederation(number)
    const found = smallestOf(task, tables)
    expect(found.apart, `federation ${number}`).toBeGreaterThanOrEqual(FEWEST)
    kept += found.kept
    if (number >= FEDERATIONS / 4) continue
    const open = { ...task, rules: { ...task.rules, minimumRows: 1 } }
    without += Number(smallestOf(open, tables).apart < FEWEST)
  }
  // Most of these federations have something that would, and not everything is left out.
  expect(without).toBeGreaterThan(FEDERATIONS / 8)
  expect(kept).toBeGreaterThan(3 * FEDERATIONS)
})

test('where few patients of all hospitals have an outcome, or have another, no hospital sends a sum of an exact fit', async () => {
  const counts = { rare: 0, sent: 0 }
  for (let number = 0; number < 60; number++) {
    const { task, tables } = aFederation(number)
    const fewest = fewestWithAnOutcome(task, tables)
    const sent = await sends(...withFineValues(task, tables, number))
    if (fewest < FEWEST) counts.rare += 1
    if (sent) counts.sent += 1
    if (fewest < FEWEST) expect(sent, `federation ${number}`).toBe(false)
  }
  expect(counts.rare).toBeGreaterThan(10)
  expect(counts.sent).toBeGreaterThan(10)
})

/** Rows of the rarest outcome, or beside the most frequent number; events of survival. */
function fewestWithAnOutcome({ outcome: { task } }: Task, tables: readonly Table[]): number {
  if (task === 'survival') return tables.reduce((sum, { event }) => sum + event!.filter(Boolean).length, 0)
  const counts = new Map<number, number>()
  for (const { outcome } of tables) for (const y of outcome) counts.set(y, (counts.get(y) ?? 0) + 1)
  return Math.min(...counts.values())
}

/** The same patients with three variables that hardly two of them have alike: nothing else of the fit is refused. */
function withFineValues(task: Task, tables: readonly Table[], number: number): [Task, Table[]] {
  const dice = createStream('fine', seed(2), Uint8Array.of(number))
  const variables = ['u', 'v', 'w'].map((name) => numberVariable(name, 0, 1))
  const fine = tables.map((table) => {
    return { ...table, columns: variables.map(() => table.outcome.map(() => dice.real())) }
  })
  return [{ ...task, variables }, fine]
}

async function sends(task: Task, tables: readonly Table[]): Promise<boolean> {
  const federation = await federate(createDirectTrainer(), task, tables)
  return trainRounds(federation, 1).then(
    () => true,
    () => false,
  )
}
