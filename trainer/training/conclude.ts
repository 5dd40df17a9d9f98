import { AppError } from '#domain/errors.ts'
import type { Task } from '#trainer/jobs.ts'
import { layoutOf } from '#trainer/models/layout.ts'
import { startOf, writeTrained } from './artefact.ts'
import { type OuterStep, stepOuter } from './outer.ts'

/** The opened sum of a training round and where it started. */
export interface TrainingSum {
  readonly task: Task
  readonly statistics: Uint8Array
  /** Training artefact that the members started from; null at the first sum. */
  readonly base: Uint8Array | null
  /** 32 bytes, the same at all members. */
  readonly initialSeed: Uint8Array
  readonly sum: Float64Array
  /** Sum of the roster's public weights. */
  readonly weight: number
}

/** Length of a training contribution: weight * update for every shared parameter, then weight * mean training loss. */
export function trainingLength(task: Task): number {
  return layoutOf(task).shared + 1
}

/** The new shared parameters in 64 bits, before they are rounded into the artefact. */
export function averageTraining({ task, base, initialSeed, sum, weight }: TrainingSum): OuterStep {
  if (sum.length !== trainingLength(task) || !(weight > 0) || !sum.every(Number.isFinite)) {
    throw new AppError('bad-request', 'The sum is not one of this study')
  }
  const start = startOf(task, base, initialSeed)
  const mean = sum.subarray(0, start.params.length).map((value) => value / weight)
  return stepOuter(task.plan.outer, start.params, start.outer, mean)
}

/** Makes the next training artefact from an opened sum; the same bytes at every member. */
export function concludeTraining(opened: TrainingSum): Uint8Array {
  const { task, statistics, base, initialSeed, sum, weight } = opened
  const { params, state } = averageTraining(opened)
  const { sums } = startOf(task, base, initialSeed)
  const loss = (sum.at(-1) ?? 0) / weight
  const trained = { sums: sums + 1, params: Float32Array.from(params), outer: state, loss }
  return writeTrained(trained, { statistics, previous: base ?? statistics, weight })
}
