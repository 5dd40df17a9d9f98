import type { Outcome } from '#domain/variable.ts'
import type { OwnRows } from '#trainer/exact/own.ts'
import { outputsOf } from '#trainer/exact/ridge.ts'
import { headOf, outputsOf as outputCount } from '#trainer/models/heads.ts'
import { createStream, type Stream } from '#trainer/random.ts'
import { seed } from './kit.ts'

export const outcomes: Record<Outcome['task'], Outcome> = {
  binary: { task: 'binary', name: 'y', label: '', positive: 'yes' },
  multiclass: { task: 'multiclass', name: 'y', label: '', classes: ['a', 'b', 'c'] },
  regression: { task: 'regression', name: 'y', label: '', unit: null, low: -30, high: 30 },
  survival: { task: 'survival', name: 'y', label: '', timeUnit: 'years', horizon: 5 },
}

/** A population that patients are drawn from: how much each feature matters, and where the outcome lies. */
export interface Population {
  readonly outcome: Outcome
  readonly weights: readonly number[]
  readonly place: number
}

export function normal(words: Stream): number {
  return Math.sqrt(-2 * Math.log(1 - words.real())) * Math.cos(2 * Math.PI * words.real())
}

/** Patients of a population, their features correlated. */
export function drawRows({ outcome, weights, place }: Population, rows: number, words: Stream): OwnRows {
  const width = weights.length
  const inputs = { values: new Float32Array(rows * width), width, height: rows }
  const values = new Float32Array(rows)
  const events = new Uint8Array(rows)
  for (let row = 0; row < rows; row++) {
    const common = normal(words)
    const own = weights.map(() => 0.6 * common + 0.8 * normal(words))
    inputs.values.set(own, row * width)
    const score = place + own.reduce((sum, one, j) => sum + one * (weights[j] ?? 0), 0)
    const [value, event] = drawOutcome(outcome, score, words)
    values[row] = value
    events[row] = event
  }
  const targets = { values, events: outcome.task === 'survival' ? events : null }
  const patients = Float64Array.from(values, (_, row) => row)
  return { inputs, targets, head: headOf(outcome), outputs: outputCount(outcome), outcome, patients }
}

function drawOutcome({ task }: Outcome, score: number, words: Stream): readonly [number, number] {
  if (task === 'regression') return [score + normal(words), 0]
  if (task === 'binary') return [Number(words.real() < 1 / (1 + Math.exp(-score))), 0]
  if (task === 'multiclass') {
    const chances = [1, Math.exp(score), Math.exp(-score - 0.5)]
    let left = words.real() * chances.reduce((sum, one) => sum + one, 0)
    const kind = chances.findIndex((one) => (left -= one) < 0)
    return [Math.max(0, kind), 0]
  }
  const time = -Math.log(1 - words.real()) / Math.exp(score)
  const end = Math.min(5, -Math.log(1 - words.real()) / 0.15)
  return [Math.min(time, end), Number(time <= end)]
}

/** A stream of its own for each test. */
export function wordsOf(...bytes: readonly number[]): Stream {
  return createStream('made-up rows', seed(1), Uint8Array.from(bytes))
}

/** The mean loss of a model on rows. */
export function lossOn(rows: OwnRows, params: Float64Array): number {
  const all = Uint32Array.from({ length: rows.inputs.height }, (_, i) => i)
  const losses = rows.head.losses(outputsOf(rows, all, params), rows.targets).filter(Number.isFinite)
  return losses.reduce((sum, one) => sum + one, 0) / losses.length
}
