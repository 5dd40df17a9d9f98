import type { InferenceView } from '#contract/inference.ts'
import type { Document } from '#domain/documents.ts'
import type { ExactFit } from '#domain/plan.ts'
import type { Study } from '#domain/study.ts'
import { readFitted } from '#trainer/exact/artefact.ts'
import { inferenceOf } from '#trainer/exact/inference.ts'
import { problemOf } from '#trainer/exact/problem.ts'
import { rowsMissingFor } from '#trainer/exact/round.ts'
import type { Task } from '#trainer/jobs.ts'
import { readStatistics, rowsOf, type Statistics } from '#trainer/statistics/artefact.ts'
import { taskOf } from './data.ts'
import { artefactsHere } from './lineage.ts'
import type { Ports } from './ports.ts'

/**
 * Coefficients, intervals and tests of a study's exact fit in force, by the opened sums; null where there is no such model or its
 * bytes are not here, and where a penalty draws coefficients to 0: then they have no such intervals.
 */
export function inferenceIn(
  ports: Pick<Ports, 'histories' | 'library' | 'shelf'>,
  { id, body }: Document<Study>,
): InferenceView | null {
  const here = body.plan.fit ? artefactsHere(ports, id) : null
  if (!body.plan.fit || !here) return null
  const { statistics, model } = here
  const task = taskOf(body)
  const nothing = { ratio: null, terms: [], test: null, needs: null, errors: errorsOf(body.plan.fit) }
  const needs = rowsMissingFor(task, statistics, model)
  const known = readStatistics(task, statistics)
  if (needs !== null) return { ...nothing, status: 'too-few', rows: rowsOf(known), needs }
  if (!model || body.plan.fit.penalty !== 'none') return null
  return inferenceAt(task, known, model, membersOf(ports, id))
}

function errorsOf({ errors }: ExactFit): InferenceView['errors'] {
  return errors ?? 'model'
}

function inferenceAt(task: Task, known: Statistics, model: Uint8Array, members: number): InferenceView {
  const { state } = readFitted(task, model)
  const { status, best } = state
  const found = inferenceOf(problemOf(task), task, known, state, members)
  const { ratio, rows, errors } = found
  if (status !== 'converged')
    return { status, ratio, terms: [], rows: best.rows, errors, test: null, needs: null }
  // Where the information is 0 in some direction there is no figure, rather than one without end.
  const terms = found.terms.filter((one) => Object.values(one).every(isFigure))
  const test = found.test && Object.values(found.test).every(isFigure) ? found.test : null
  return { status, ratio, terms, rows, errors, test, needs: null }
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
