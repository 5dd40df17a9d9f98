import type { Outcome } from '#domain/variable.ts'
import type { Table } from '#trainer/jobs.ts'
import type { Targets } from '#trainer/models/head.ts'
import type { Range } from './moments.ts'

/** A quantity of the outcome whose moments are summed beside the features'. */
export interface Target extends Range {
  readonly name: string
  /** The quantity of a row's outcome. */
  readonly of: (outcome: number, event: number) => number
}

/**
 * The quantities of a study's outcome. Binary: the outcome, whose mean is its rate. Multiclass: an indicator of each class.
 * Regression: the number. Survival: the event within the horizon, and the time up to it.
 */
export function targetsOf(outcome: Outcome): readonly Target[] {
  const { task, name } = outcome
  if (task === 'multiclass') {
    return outcome.classes.map((label, index) =>
      share(`${name} = ${label}`, (value) => Number(value === index)),
    )
  }
  if (task === 'regression') return [{ name, low: outcome.low, high: outcome.high, of: (value) => value }]
  if (task === 'survival') {
    const { horizon } = outcome
    return [
      share(name, (time, event) => Number(event > 0 && time <= horizon)),
      { name: `${name} time`, low: 0, high: horizon, of: (time) => Math.min(time, horizon) },
    ]
  }
  return [share(name, (value) => value)]
}

function share(name: string, of: Target['of']): Target {
  return { name, low: 0, high: 1, of }
}

/** What a raw outcome should come out as: numbers standardised by the outcome's mean and sd, all else as it is. */
export function targetOf(outcome: Outcome, known: Spread | undefined): (raw: number) => number {
  if (outcome.task !== 'regression') return (raw) => raw
  const { mean, sd } = known ?? { mean: 0, sd: 1 }
  return (raw) => (Math.min(outcome.high, Math.max(outcome.low, raw)) - mean) / sd
}

/** What the given rows should come out as, as 32-bit numbers. */
export function targetValues(
  outcome: Outcome,
  table: Table,
  rows: Uint32Array,
  known: Spread | undefined,
): Targets {
  const target = targetOf(outcome, known)
  const values = Float32Array.from(rows, (row) => target(table.outcome[row] ?? Number.NaN))
  if (outcome.task === 'regression') return { values }
  return { values, events: table.event && Uint8Array.from(rows, (row) => table.event?.[row] ?? 0) }
}

interface Spread {
  readonly mean: number
  readonly sd: number
}
