import type { Table, Task } from '#trainer/jobs.ts'
import { APART, cellsOf, correlationOf, directedTargets, FEWEST_LOOKED_AT, valuesOf } from './directions.ts'

/** How far rates of honest hospitals lie apart: a logarithm of odds. */
const RATES_APART = 1
/** Rates as far apart as this are odd by themselves. */
const FAR_APART = 3
/** The logarithm of odds from which on labels count as turned round, and what the variables alone have to say of it. */
const TURNED = 4.5
const SAID = 1

/** Our rate of an outcome with the rows that it is of, and all others' together. */
interface Rate {
  readonly ours: number
  readonly rows: number
  readonly others: number
}

/**
 * Quantities of the outcome, by index, whose labels seem to be turned round here: a score made of the others' correlations
 * falls where it should rise, and so our rate is nearer to theirs.
 */
export function turnedRound(
  task: Task,
  table: Table,
  train: Uint32Array,
  { directions, rates }: { readonly directions: Float64Array; readonly rates: readonly (Rate | null)[] },
): readonly number[] {
  const targets = directedTargets(task)
  const scores = targets.map(() => ({ values: new Float64Array(train.length), power: 0 }))
  cellsOf(task).forEach((cell, at) => {
    const values = standardised(valuesOf(task, table, train, cell))
    if (values.every((value) => value === 0)) return
    scores.forEach((score, i) => addTo(score, directions[at * targets.length + i] ?? 0, values))
  })
  return targets.flatMap(({ of }, i) => {
    const outcome = Float64Array.from(train, (row) =>
      of(table.outcome[row] ?? Number.NaN, table.event?.[row] ?? 0),
    )
    const said = againstUs(scores[i] ?? { values: new Float64Array(), power: 0 }, outcome)
    const rate = rates[i]
    return said > SAID && said + (rate ? nearerTurned(rate) : 0) > TURNED ? [i] : []
  })
}

/** A score of rows, and what it should be worth: the sum of the squares of its weights. */
interface Score {
  readonly values: Float64Array
  power: number
}

function addTo(score: Score, weight: number, values: Float64Array): void {
  if (weight === 0) return
  score.power += weight * weight
  for (let row = 0; row < values.length; row++)
    score.values[row] = (score.values[row] ?? 0) + weight * (values[row] ?? 0)
}

/** The logarithm of the odds that the outcome goes with a score as much against it as elsewhere along with it. */
function againstUs({ values, power }: Score, outcome: Float64Array): number {
  const n = values.length
  const sd = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / Math.max(1, n))
  if (!(sd > 0)) return 0
  const expected = Math.min(1, power / sd) * Math.sqrt(n)
  const { errors } = correlationOf(values, outcome, FEWEST_LOOKED_AT)
  return (-2 * expected * errors) / (1 + n * APART ** 2)
}

/** In standard deviations from the mean; 0 where missing. */
function standardised(values: Float64Array): Float64Array {
  const known = values.filter(Number.isFinite)
  const mean = known.reduce((sum, one) => sum + one, 0) / Math.max(1, known.length)
  const sd = Math.sqrt(known.reduce((sum, one) => sum + (one - mean) ** 2, 0) / Math.max(1, known.length))
  return values.map((value) => (Number.isFinite(value) && sd > 0 ? (value - mean) / sd : 0))
}

/** Whether our rate is further from the others' than those of honest hospitals are, chance left aside. */
export function isRateApart(rate: Rate): boolean {
  const { odds, error, theirs } = oddsOf(rate)
  return Math.abs(odds - theirs) - 2 * error > FAR_APART
}

/** How much better our rate fits the others' once turned round, as a logarithm of odds. */
function nearerTurned(rate: Rate): number {
  const { odds, error, theirs } = oddsOf(rate)
  return ((odds - theirs) ** 2 - (odds + theirs) ** 2) / (2 * (RATES_APART ** 2 + error ** 2))
}

function oddsOf({ ours, rows, others }: Rate) {
  const [events, without] = [ours * rows + 0.5, (1 - ours) * rows + 0.5]
  const theirs = Math.log(Math.max(others, 1e-6) / Math.max(1 - others, 1e-6))
  return { odds: Math.log(events / without), error: Math.sqrt(1 / events + 1 / without), theirs }
}
