import { readFitted } from './exact/artefact.ts'
import type { Problem } from './exact/problem.ts'
import { problemOf } from './exact/problem.ts'
import { startOf as startOfFit } from './exact/start.ts'
import type { Jobs, Task } from './jobs.ts'
import { layoutOf } from './models/layout.ts'
import { readStatistics } from './statistics/artefact.ts'
import { readTrained, startOf } from './training/artefact.ts'

/** A shared model as scores are made with it, however it came about. */
export interface SharedModel {
  /** Shared parameters in the order of the layout: 32-bit values of an averaged model, 64-bit ones of an exact fit. */
  readonly params: Float32Array | Float64Array
  /** Survival: baseline hazard rates per horizon, by piece of time; empty for other tasks. */
  readonly rates: Float64Array
  /** Mean training loss over the hospitals. */
  readonly loss: number
}

/** Reads a model of this study, averaged or fitted exactly, strictly ('document-refused' for anything else). */
export function readModel(task: Task, bytes: Uint8Array): SharedModel {
  if (!task.plan.fit) return readAveraged(task, bytes)
  const { state, rates } = readFitted(task, bytes)
  const { rows, value } = state.best
  return { params: inLayout(task, state.coefficients), rates, loss: rows > 0 ? -value / rows : 0 }
}

function readAveraged(task: Task, bytes: Uint8Array): SharedModel {
  const { params, rates, loss } = readTrained(task, bytes)
  return { params, rates, loss: loss ?? 0 }
}

/** Shared parameters that a round starts from: those of `base`, or the first ones where there was no sum yet. */
export function paramsAt(
  task: Task,
  base: Uint8Array | null,
  { statistics, initialSeed }: Pick<Jobs['train']['input'], 'statistics' | 'initialSeed'>,
): Float32Array | Float64Array {
  if (base) return readModel(task, base).params
  if (!task.plan.fit) return startOf(task, null, initialSeed).params
  return inLayout(task, startOfFit(problemOf(task), readStatistics(task, statistics)))
}

/** Coefficients of a fit (output after output, intercept first, without the reference class) as a model's layout has them. */
function inLayout(task: Task, coefficients: Float64Array): Float64Array {
  const { shared, inputs, outputs } = layoutOf(task)
  const problem = problemOf(task)
  const params = new Float64Array(shared)
  for (let k = 0; k < problem.outputs; k++) {
    const output = outputs - problem.outputs + k
    const of = (column: number) => coefficients[k * problem.columns + column] ?? 0
    for (let f = 0; f < inputs; f++) params[f * outputs + output] = of(problem.intercept + f)
    if (hasIntercept(problem)) params[inputs * outputs + output] = of(0)
  }
  return params
}

function hasIntercept({ intercept, own }: Problem): boolean {
  return intercept === 1 && own !== 0
}
