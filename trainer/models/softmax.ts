import { type Head, PRIOR_STRENGTH } from './head.ts'
import { solvePositive } from './solve.ts'

const NEWTON_STEPS = 50
const LARGEST_STEP = 4
const SURE = 0.001

/** Multinomial regression's end: one output for each of `classes`; loss is the mean negative log-likelihood of their softmax. */
export function softmaxHead(classes: number): Head {
  return {
    loss(outputs, targets, rows, delta) {
      const n = rows.length
      let sum = 0
      for (let i = 0; i < n; i++) {
        const label = targets.values[rows[i] ?? 0] ?? 0
        sum += writeSoftmax(outputs, classes, i, delta) - (outputs[i * classes + label] ?? 0)
        for (let k = 0; k < classes; k++) {
          const at = i * classes + k
          delta[at] = ((delta[at] ?? 0) - Number(k === label)) / n
        }
      }
      return sum / n
    },
    losses(outputs, { values }) {
      const scratch = new Float64Array(outputs.length)
      return Float64Array.from(values, (label, i) => {
        return writeSoftmax(outputs, classes, i, scratch) - (outputs[i * classes + label] ?? 0)
      })
    },
    prior(known) {
      const logs = known.map(({ mean }) => Math.log(Math.max(SURE, mean)))
      const middle = logs.reduce((sum, one) => sum + one, 0) / logs.length
      return Float64Array.from(logs, (one) => one - middle)
    },
    shift: (outputs, { values }, prior) => fitShift(outputs, values, prior, classes),
  }
}

/** Probabilities of every row: the softmax of its outputs. */
export function softmax(outputs: Float64Array, classes: number): Float64Array {
  const out = new Float64Array(outputs.length)
  for (let row = 0; row * classes < outputs.length; row++) writeSoftmax(outputs, classes, row, out)
  return out
}

/** Writes a row's probabilities and returns the logarithm of the sum of its exponentials, without overflow. */
function writeSoftmax(outputs: Float64Array, classes: number, row: number, out: Float64Array): number {
  const from = row * classes
  let largest = -Infinity
  for (let k = from; k < from + classes; k++) largest = Math.max(largest, outputs[k] ?? 0)
  let sum = 0
  for (let k = from; k < from + classes; k++) {
    const e = Math.exp((outputs[k] ?? 0) - largest)
    out[k] = e
    sum += e
  }
  for (let k = from; k < from + classes; k++) out[k] = (out[k] ?? 0) / sum
  return largest + Math.log(sum)
}

/** Newton's method on the log-likelihood of shifted outputs and a normal prior N(prior, 1) on each shift. */
function fitShift(outputs: Float64Array, labels: Float32Array, prior: Float64Array, classes: number) {
  const shift = Float64Array.from(prior)
  const shifted = new Float64Array(outputs.length)
  const chances = new Float64Array(outputs.length)
  for (let step = 0; step < NEWTON_STEPS; step++) {
    for (let i = 0; i < outputs.length; i++) shifted[i] = (outputs[i] ?? 0) + (shift[i % classes] ?? 0)
    for (let row = 0; row < labels.length; row++) writeSoftmax(shifted, classes, row, chances)
    const { slope, curve } = derivatives(chances, labels, classes)
    shift.forEach((value, k) => {
      slope[k] = (slope[k] ?? 0) + PRIOR_STRENGTH * (value - (prior[k] ?? 0))
      curve[k * classes + k] = (curve[k * classes + k] ?? 0) + PRIOR_STRENGTH
    })
    const change = solvePositive(curve, slope)
    const largest = Math.max(...change.map(Math.abs))
    const scale = Math.min(1, LARGEST_STEP / largest)
    change.forEach((value, k) => (shift[k] = (shift[k] ?? 0) - scale * value))
    if (largest < 1e-10) break
  }
  return shift
}

function derivatives(chances: Float64Array, labels: Float32Array, classes: number) {
  const slope = new Float64Array(classes)
  const curve = new Float64Array(classes * classes)
  labels.forEach((label, row) => {
    for (let k = 0; k < classes; k++) {
      const p = chances[row * classes + k] ?? 0
      slope[k] = (slope[k] ?? 0) + p - Number(k === label)
      for (let j = 0; j < classes; j++) {
        const q = chances[row * classes + j] ?? 0
        curve[k * classes + j] = (curve[k * classes + j] ?? 0) + p * (Number(j === k) - q)
      }
    }
  })
  return { slope, curve }
}
