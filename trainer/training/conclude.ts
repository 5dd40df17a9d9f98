import { AppError } from '#domain/errors.ts'
import { FARTHEST, movementOf } from '#domain/plan.ts'
import { concludeFit } from '#trainer/exact/round.ts'
import type { Task } from '#trainer/jobs.ts'
import { BASELINE_PIECES, ratesOf } from '#trainer/survival/baseline.ts'
import { startOf, writeTrained } from './artefact.ts'
import { NORMALISER_SCALE } from './normaliser.ts'
import { type OuterStep, stepOuter } from './outer.ts'
import { trainingParts } from './parts.ts'

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

/** Length of a training contribution. */
export function trainingLength(task: Task): number {
  return trainingParts(task).length
}

/**
 * The new shared parameters in 64 bits, before they are rounded into the artefact. Whatever the sum says, its mean moves none
 * of them farther than the plan's limit, and the outer optimiser none farther than one: comparisons alone, the same bits at
 * every member.
 */
export function averageTraining({ task, base, initialSeed, sum, weight }: TrainingSum): OuterStep {
  const { shared, normaliser, length } = trainingParts(task)
  if (sum.length !== length || !(weight > 0) || !sum.every(Number.isFinite)) {
    throw new AppError('bad-request', 'The sum is not one of this study')
  }
  const start = startOf(task, base, initialSeed)
  // FedNova: updates came divided by their normalisers; their weighted mean brings back the length.
  const share = normaliser === null ? 1 : ((sum[normaliser] ?? 0) / weight) * NORMALISER_SCALE
  const limit = movementOf(task.plan)
  const mean = sum.subarray(0, shared).map((value) => within(limit, (value / weight) * share))
  const { params, state } = stepOuter(task.plan.outer, start.params, start.outer, mean)
  const moved = params.map((value, i) => {
    const from = start.params[i] ?? 0
    return from + within(FARTHEST, value - from)
  })
  return { params: moved, state }
}

/** Makes the next training artefact from an opened sum; the same bytes at every member. */
export function concludeTraining(opened: TrainingSum): Uint8Array {
  const { task, statistics, base, initialSeed, sum, weight } = opened
  if (task.plan.fit) return concludeFit(opened)
  const { params, state } = averageTraining(opened)
  const { sums } = startOf(task, base, initialSeed)
  const { loss, baseline } = trainingParts(task)
  const pieces = (from: number) => sum.subarray(from, from + BASELINE_PIECES)
  const rates =
    baseline === null ? new Float64Array(0) : ratesOf(pieces(baseline), pieces(baseline + BASELINE_PIECES))
  const trained = {
    sums: sums + 1,
    params: Float32Array.from(params),
    outer: state,
    rates,
    loss: (sum[loss] ?? 0) / weight,
  }
  return writeTrained(trained, { statistics, previous: base ?? statistics, weight })
}

function within(limit: number, value: number): number {
  return Math.min(limit, Math.max(-limit, value))
}
