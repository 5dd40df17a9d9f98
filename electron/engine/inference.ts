import type { InferenceView } from '#contract/inference.ts'
import type { Document } from '#domain/documents.ts'
import type { Study } from '#domain/study.ts'
import { readFitted } from '#trainer/exact/artefact.ts'
import { inferenceOf } from '#trainer/exact/inference.ts'
import { problemOf } from '#trainer/exact/problem.ts'
import { readStatistics } from '#trainer/statistics/artefact.ts'
import { taskOf } from './data.ts'
import { artefactsOf } from './lineage.ts'
import type { Ports } from './ports.ts'

/**
 * Coefficients, intervals and tests of a study's exact fit in force, by the opened sums; null where there is no such model, or
 * where a penalty draws coefficients to 0: then they have no such intervals.
 */
export function inferenceIn(
  ports: Pick<Ports, 'histories' | 'library' | 'shelf'>,
  { id, body }: Document<Study>,
): InferenceView | null {
  if (body.plan.fit?.penalty !== 'none') return null
  const { statistics, model } = artefactsOf(ports, id)
  if (!statistics || !model) return null
  const task = taskOf(body)
  const { state } = readFitted(task, model)
  const { status, best } = state
  const problem = problemOf(task)
  const known = inferenceOf(problem, task, readStatistics(task, statistics), state, membersOf(ports, id))
  const { ratio } = known
  if (status !== 'converged') return { status, ratio, terms: [], rows: best.rows, test: null }
  // Where the information is 0 in some direction there is no figure, rather than one without end.
  const terms = known.terms.filter((one) => Object.values(one).every(isFigure))
  const test = Object.values(known.test).every(isFigure) ? known.test : null
  return { status, ratio, terms, rows: known.rows, test }
}

function isFigure(value: unknown): boolean {
  return typeof value !== 'number' || Number.isFinite(value)
}

/** How many hospitals are in the sums of the fit: all the same ones. */
function membersOf({ histories }: Pick<Ports, 'histories'>, study: string): number {
  const sum = histories
    .of(study)
    .findLast(({ kind, outcome }) => kind === 'training' && outcome.result === 'sum')
  return sum?.members.length ?? 0
}
