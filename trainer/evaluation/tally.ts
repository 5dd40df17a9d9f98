import type { Outcome } from '#domain/variable.ts'
import type { Figures, Intervals } from '#trainer/jobs.ts'
import { logLossOf } from '#trainer/metrics/binary.ts'
import { aroundMean, type Interval, shareInterval } from '#trainer/metrics/intervals.ts'
import { judgeRow, meanArea } from '#trainer/metrics/multiclass.ts'
import { figuresOfErrors } from '#trainer/metrics/regression.ts'
import { figuresOfSums, sumsOf } from '#trainer/metrics/survival.ts'
import { addMoments, areaIntervalOf, areaOf, MOMENT_PLACES, type Scale } from './moments.ts'
import type { Scored } from './scored.ts'

/** What of one kind of outcome is added up over hospitals, and how it is read. */
export interface Tally {
  /** Numbers about the held-out rows, whatever the model. */
  readonly rowsLength: number
  /** Numbers about one model. */
  readonly modelLength: number
  ofRows(scored: Scored): Float64Array
  ofModel(scored: Scored, scales: readonly Scale[]): Float64Array
  figures(rows: Float64Array, model: Float64Array): Figures
  /** Intervals that the sums of so many rows show; absent where they show none. */
  intervals?(rows: number, model: Float64Array): Partial<Intervals>
}

/** The sums for a study's outcome. All values stay within ten for each row. */
export function tallyOf(outcome: Outcome): Tally {
  if (outcome.task === 'multiclass') return multiclassTally(outcome.classes.length)
  if (outcome.task === 'regression') return regressionTally(outcome.low, outcome.high)
  return outcome.task === 'survival' ? survivalTally : binaryTally
}

const mean = (total: number | undefined, rows: number) => (rows > 0 ? (total ?? 0) / rows : null)

/** A mean with its interval, from the sum of values and that of their squares. */
function meanOf(sum: number | undefined, squares: number | undefined, rows: number): Interval {
  const value = (sum ?? 0) / rows
  return aroundMean(value, Math.max(0, (squares ?? 0) - rows * value * value) / (rows - 1), rows)
}

/** Moments of scores, then log-loss, squared errors, and the squares of both. */
const binaryTally: Tally = {
  rowsLength: 2,
  modelLength: MOMENT_PLACES + 4,
  ofRows({ labels }) {
    return Float64Array.of(
      labels.length,
      labels.reduce((sum, label) => sum + (label > 0 ? 1 : 0), 0),
    )
  },
  ofModel({ scores, labels }, [scale]) {
    const out = new Float64Array(MOMENT_PLACES + 4)
    const score = (row: number) => scores[row] ?? 0
    if (scale) addMoments(out, 0, scale, { score, labels: Array.from(labels, (label) => label > 0) })
    labels.forEach((label, row) =>
      addLosses(out, MOMENT_PLACES, logLossOf(score(row), label), (score(row) - label) ** 2),
    )
    return out
  },
  figures([rows = 0, events = 0], model) {
    const n = Math.round(rows)
    const [logLoss, squares] = model.subarray(MOMENT_PLACES)
    const auc = areaOf(model, 0)
    const losses = { logLoss: mean(logLoss, n), brier: mean(squares, n) }
    return { rows: n, events: Math.round(events), auc, ...losses, accuracy: null }
  },
  intervals(rows, model) {
    return { auc: areaIntervalOf(model, 0), ...lossIntervals(rows, model.subarray(MOMENT_PLACES)) }
  },
}

function addLosses(out: Float64Array, at: number, logLoss: number, squares: number): void {
  for (const [i, value] of [logLoss, squares, logLoss ** 2, squares ** 2].entries())
    out[at + i] = (out[at + i] ?? 0) + value
}

function lossIntervals(rows: number, [logLoss, squares, ofLogLoss, ofSquares]: Float64Array) {
  return { logLoss: meanOf(logLoss, ofLogLoss, rows), brier: meanOf(squares, ofSquares, rows) }
}

/** Moments of each class against the rest, then log-loss, squared errors, the squares of both, and right guesses. */
function multiclassTally(classes: number): Tally {
  const end = MOMENT_PLACES * classes
  return {
    rowsLength: 1,
    modelLength: end + 5,
    ofRows: ({ labels }) => Float64Array.of(labels.length),
    ofModel({ scores, labels }, scales) {
      const out = new Float64Array(end + 5)
      for (const [k, scale] of scales.entries()) {
        const score = (row: number) => scores[row * classes + k] ?? 0
        const isClass = Array.from(labels, (label) => label === k)
        addMoments(out, MOMENT_PLACES * k, scale, { score, labels: isClass })
      }
      labels.forEach((label, row) => {
        const { logLoss, squares, right } = judgeRow(scores, row, label, classes)
        addLosses(out, end, logLoss, squares)
        out[end + 4] = (out[end + 4] ?? 0) + right
      })
      return out
    },
    figures([rows = 0], model) {
      const n = Math.round(rows)
      const [logLoss, squares] = model.subarray(end)
      const areas = Array.from({ length: classes }, (_, k) => areaOf(model, MOMENT_PLACES * k))
      const losses = { logLoss: mean(logLoss, n), brier: mean(squares, n), accuracy: mean(model[end + 4], n) }
      return { rows: n, events: null, auc: meanArea(areas), ...losses }
    },
    /** The mean area would need how the classes' errors go together. */
    intervals: (rows, model) => ({
      accuracy: shareInterval(Math.round(model[end + 4] ?? 0), rows),
      ...lossIntervals(rows, model.subarray(end)),
    }),
  }
}

/** Sums in units of half the declared range about its middle, so that they fit whatever the unit is. */
function regressionTally(low: number, high: number): Tally {
  const half = (high - low) / 2
  const mapped = (value: number) => (Math.min(high, Math.max(low, value)) - low) / half - 1
  return {
    rowsLength: 3,
    modelLength: 2,
    ofRows({ labels }) {
      let [sum, squares] = [0, 0]
      for (const label of labels) {
        sum += mapped(label)
        squares += mapped(label) ** 2
      }
      return Float64Array.of(labels.length, sum, squares)
    },
    ofModel({ scores, labels }) {
      let [squares, absolute] = [0, 0]
      labels.forEach((label, row) => {
        const error = mapped(scores[row] ?? 0) - mapped(label)
        squares += error * error
        absolute += Math.abs(error)
      })
      return Float64Array.of(squares, absolute)
    },
    figures([rows = 0, sum = 0, squares = 0], [errors = 0, absolute = 0]) {
      const n = Math.round(rows)
      const spread = n > 0 ? squares - (sum * sum) / n : 0
      const unit = half * half
      return figuresOfErrors({
        rows: n,
        squares: errors * unit,
        absolute: absolute * half,
        spread: spread * unit,
      })
    },
    /** Sums of misses and of their squares give the mean miss its spread; that of the squares is not summed. */
    intervals(rows, [errors = 0, absolute = 0]) {
      const variance = Math.max(0, errors - (absolute * absolute) / rows) / (rows - 1)
      return { mae: aroundMean((absolute / rows) * half, variance * half * half, rows) }
    },
  }
}

/** Pairs grow with the square of the rows: counted in units of 2^20. */
const PAIRS = 2 ** 20

const survivalTally: Tally = {
  rowsLength: 3,
  modelLength: 3,
  ofRows(scored) {
    const sums = survivalSums(scored)
    return Float64Array.of(sums.rows, sums.events, sums.comparable / PAIRS)
  },
  ofModel(scored) {
    const sums = survivalSums(scored)
    return Float64Array.of(sums.concordant / PAIRS, sums.tied / PAIRS, -sums.logLikelihood)
  },
  figures([rows = 0, happened = 0, pairs = 0], [right = 0, same = 0, loss = 0]) {
    const whole = (value: number) => Math.round(value * PAIRS)
    return figuresOfSums({
      rows: Math.round(rows),
      events: Math.round(happened),
      comparable: whole(pairs),
      concordant: whole(right),
      tied: whole(same),
      logLikelihood: -loss,
    })
  },
}

function survivalSums({ labels, survival }: Scored) {
  if (!survival) throw new RangeError('Held-out rows of a survival study have hazards and events')
  return sumsOf(survival.hazards, labels, survival.events)
}
