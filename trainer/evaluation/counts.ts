import { checkBuilt } from '#trainer/built.ts'
import type { Figures, Task } from '#trainer/jobs.ts'
import type { Scale } from './moments.ts'
import type { Scored } from './scored.ts'
import { tallyOf } from './tally.ts'

/** The models judged side by side: the shared one, and what each hospital gets from its own rows alone. */
export const judged = ['shared', 'alone'] as const
export type Judged = (typeof judged)[number]

/** Length of an evaluation contribution: numbers about the held-out rows, then each judged model's. */
export function evaluationLength(task: Task): number {
  checkBuilt(task)
  const { rowsLength, modelLength } = tallyOf(task.outcome)
  return rowsLength + judged.length * modelLength
}

/** This hospital's part of the evaluation sum: plain counts and sums, not multiplied by any weight. `bound` cuts the sums off. */
export function contributeEvaluation(
  task: Task,
  scales: readonly Scale[],
  scored: Readonly<Record<Judged, Scored>>,
  bound: number,
): Float64Array {
  const tally = tallyOf(task.outcome)
  const parts = [tally.ofRows(scored.shared), ...judged.map((name) => tally.ofModel(scored[name], scales))]
  const limited = (value: number) => Math.min(bound, Math.max(-bound, value))
  return Float64Array.from(parts.flatMap((part) => [...part.map(limited)]))
}

/** Figures of one judged model from a sum. */
export function figuresOfSum(task: Task, sum: Float64Array, name: Judged): Figures {
  const { rowsLength, modelLength, figures } = tallyOf(task.outcome)
  const from = rowsLength + judged.indexOf(name) * modelLength
  return figures(sum.subarray(0, rowsLength), sum.subarray(from, from + modelLength))
}
