import { AppError } from '#domain/errors.ts'
import { Hash } from '#domain/values.ts'
import { artefactHash, floats64, readArtefact, writeArtefact } from '#trainer/artefact.ts'
import type { Figures, Task } from '#trainer/jobs.ts'
import { evaluationLength, type Judged, modelPart } from './counts.ts'

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

/** Figures of an evaluation artefact ('document-refused' for anything else). The AUC is that of binned scores: ties within a bin. */
export function readEvaluation(task: Task, bytes: Uint8Array): Evaluation {
  const sum = sumOf(task, bytes)
  return { shared: figuresOf(sum, 'shared'), alone: figuresOf(sum, 'alone') }
}

/** The opened sum inside an evaluation artefact ('document-refused' for anything else). */
export function sumOf(task: Task, bytes: Uint8Array): Float64Array {
  const { payload } = readArtefact('evaluation', Header, bytes)
  const length = evaluationLength(task)
  const sum = floats64(payload, 0, length)
  if (payload.length !== 8 * length || !sum.every(Number.isFinite)) {
    throw new AppError('document-refused', 'The evaluation is not one of this study')
  }
  return sum
}

function figuresOf(sum: Float64Array, name: Judged): Figures {
  const rows = Math.round(sum[0] ?? 0)
  const events = Math.round(sum[1] ?? 0)
  const { positives, negatives, logLoss, squares } = modelPart(sum, name)
  const mean = (total: number) => (rows > 0 ? total / rows : null)
  const auc = binnedAuc(positives, negatives)
  return { rows, events, auc, logLoss: mean(logLoss), brier: mean(squares), accuracy: null }
}

/** Area under the ROC curve of two histograms over the same bins, lowest scores first. Null without both classes. */
function binnedAuc(positives: Float64Array, negatives: Float64Array): number | null {
  let cases = 0
  let controls = 0
  let wins = 0
  for (let bin = 0; bin < positives.length; bin++) {
    const here = Math.round(positives[bin] ?? 0)
    const others = Math.round(negatives[bin] ?? 0)
    wins += here * (controls + others / 2)
    cases += here
    controls += others
  }
  return cases > 0 && controls > 0 ? wins / (cases * controls) : null
}
