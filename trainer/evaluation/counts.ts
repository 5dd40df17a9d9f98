import type { Task } from '#trainer/jobs.ts'
import { logLossOf } from '#trainer/metrics/binary.ts'
import { checkBuilt } from '#trainer/built.ts'
import type { Statistics } from '#trainer/statistics/artefact.ts'

/** Places for score histograms in the vector: how many are used depends on the number of events. */
export const BIN_PLACES = 200
const FEWEST_BINS = 10
const EVENTS_PER_BIN = 20

/** Numbers for one model: two histograms, the sum of log-losses and the sum of squared errors. */
const MODEL_LENGTH = 2 * BIN_PLACES + 2

/** The models judged side by side: the shared one, and what each hospital gets from its own rows alone. */
export const judged = ['shared', 'alone'] as const
export type Judged = (typeof judged)[number]

/** Probabilities and labels of the same held-out rows. */
export interface Scored {
  readonly scores: Float64Array
  readonly labels: Float32Array
}

/** Length of an evaluation contribution: held-out rows and events, then each judged model's numbers. */
export function evaluationLength(task: Task): number {
  checkBuilt(task)
  return 2 + judged.length * MODEL_LENGTH
}

/** How scores are sorted into bins: the same at every member, from the agreed statistics. */
export interface Bins {
  readonly count: number
  /** The outcome's rate over all hospitals, whose score falls in the middle. */
  readonly rate: number
}

/** Few enough bins that each holds about twenty events of the training rows, so that a bin is never about one patient. */
export function binsOf(statistics: Statistics): Bins {
  const target = statistics.targets[0]
  if (!target) throw new RangeError('A binary outcome has a rate')
  const smaller = target.count * Math.min(target.mean, 1 - target.mean)
  const count = Math.min(BIN_PLACES, Math.max(FEWEST_BINS, Math.floor(smaller / EVENTS_PER_BIN)))
  return { count, rate: Math.min(0.999, Math.max(0.001, target.mean)) }
}

/** The bin of a probability: equal widths after its odds are divided by those of the rate, so that rare outcomes spread out too. */
export function binOf({ count, rate }: Bins, score: number): number {
  const share = (score * (1 - rate)) / (score * (1 - rate) + (1 - score) * rate)
  return Math.min(count - 1, Math.max(0, Math.floor(share * count)))
}

/** The probability in the middle of a bin. */
export function scoreOfBin({ count, rate }: Bins, bin: number): number {
  const share = (bin + 0.5) / count
  return (share * rate) / (share * rate + (1 - share) * (1 - rate))
}

/** This hospital's part of the evaluation sum: plain counts and sums, not multiplied by any weight. `bound` cuts the sums off. */
export function contributeEvaluation(
  task: Task,
  bins: Bins,
  scored: Readonly<Record<Judged, Scored>>,
  bound: number,
): Float64Array {
  const out = new Float64Array(evaluationLength(task))
  const { labels } = scored.shared
  out[0] = labels.length
  out[1] = labels.reduce((sum, label) => sum + (label > 0 ? 1 : 0), 0)
  judged.forEach((name, index) => {
    const part = out.subarray(2 + index * MODEL_LENGTH, 2 + (index + 1) * MODEL_LENGTH)
    addModel(part, bins, scored[name], bound)
  })
  return out
}

function addModel(out: Float64Array, bins: Bins, { scores, labels }: Scored, bound: number): void {
  let logLoss = 0
  let squares = 0
  scores.forEach((score, i) => {
    const label = labels[i] ?? 0
    const place = binOf(bins, score) + (label > 0 ? 0 : BIN_PLACES)
    out[place] = (out[place] ?? 0) + 1
    logLoss += logLossOf(score, label)
    squares += (score - label) ** 2
  })
  out[2 * BIN_PLACES] = Math.min(bound, logLoss)
  out[2 * BIN_PLACES + 1] = squares
}

/** One model's part of a sum, taken apart. */
export function modelPart(sum: Float64Array, name: Judged) {
  const from = 2 + judged.indexOf(name) * MODEL_LENGTH
  const part = sum.subarray(from, from + MODEL_LENGTH)
  return {
    positives: part.subarray(0, BIN_PLACES),
    negatives: part.subarray(BIN_PLACES, 2 * BIN_PLACES),
    logLoss: part[2 * BIN_PLACES] ?? 0,
    squares: part[2 * BIN_PLACES + 1] ?? 0,
  }
}
