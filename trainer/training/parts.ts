import type { Task } from '#trainer/jobs.ts'
import { layoutOf } from '#trainer/models/layout.ts'
import { BASELINE_PIECES } from '#trainer/survival/baseline.ts'

/** Where the parts of a training contribution lie. */
export interface Parts {
  /** weight * update of each shared parameter comes first: so many. */
  readonly shared: number
  /** Place of weight * mean training loss. */
  readonly loss: number
  /** Place of weight * normaliser / 2^16, where numbers of steps differ (FedNova); null where they do not. */
  readonly normaliser: number | null
  /** Place of weight * events, then weight * exposure in each piece of time, both per row; null without survival. */
  readonly baseline: number | null
  readonly length: number
}

/** The layout of a training contribution: a function of the study alone. */
export function trainingParts(task: Task): Parts {
  const { shared } = layoutOf(task)
  const normaliser = task.plan.local.steps === 'epoch' ? shared + 1 : null
  const end = normaliser === null ? shared + 1 : shared + 2
  const baseline = task.outcome.task === 'survival' ? end : null
  return {
    shared,
    loss: shared,
    normaliser,
    baseline,
    length: end + (baseline === null ? 0 : 2 * BASELINE_PIECES),
  }
}
