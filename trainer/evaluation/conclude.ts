import { AppError } from '#domain/errors.ts'
import { Hash } from '#domain/values.ts'
import { artefactHash, floats64, readArtefact, writeArtefact } from '#trainer/artefact.ts'
import type { Figures, Task } from '#trainer/jobs.ts'
import { evaluationLength, figuresOfSum, type Judged } from './counts.ts'

const Header = { model: Hash, statistics: Hash }

/** What the sum of all hospitals' held-out rows says of the shared model, and of the hospitals' own models beside it. */
export type Evaluation = Readonly<Record<Judged, Figures>>

/** Makes the evaluation artefact of a model from an opened sum; the same bytes at every member. */
export function concludeEvaluation(
  task: Task,
  origin: { statistics: Uint8Array; base: Uint8Array },
  sum: Float64Array,
): Uint8Array {
  if (sum.length !== evaluationLength(task) || !sum.every(Number.isFinite)) {
    throw new AppError('bad-request', 'The sum is not one of this study')
  }
  const header = { model: artefactHash(origin.base), statistics: artefactHash(origin.statistics) }
  return writeArtefact('evaluation', header, [sum])
}

/** Figures of an evaluation artefact ('document-refused' for anything else). Areas are those that moments of scores show. */
export function readEvaluation(task: Task, bytes: Uint8Array): Evaluation {
  const sum = sumOf(task, bytes)
  return { shared: figuresOfSum(task, sum, 'shared'), alone: figuresOfSum(task, sum, 'alone') }
}

/** The opened sum in an evaluation artefact ('document-refused' for anything else). */
export function sumOf(task: Task, bytes: Uint8Array): Float64Array {
  const { payload } = readArtefact('evaluation', Header, bytes)
  const length = evaluationLength(task)
  const sum = floats64(payload, 0, length)
  if (payload.length !== 8 * length || !sum.every(Number.isFinite)) {
    throw new AppError('document-refused', 'The evaluation is not one of this study')
  }
  return sum
}
