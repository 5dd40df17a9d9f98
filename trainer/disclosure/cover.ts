import type { Masks } from '#trainer/compute/engine.ts'
import { createPasses } from '#trainer/compute/passes.ts'
import type { Task } from '#trainer/jobs.ts'
import type { Head, Targets } from '#trainer/models/head.ts'
import type { Layout } from '#trainer/models/layout.ts'
import type { Stream } from '#trainer/random.ts'
import type { Matrix } from '#trainer/variables/encode.ts'
import { hasRow, mergeUnits } from './merge.ts'
import { countingRows, countRows, isWithin, movedRows, type Sums } from './moved.ts'

/** No unit of a network, and no difference of two, moves with fewer rows of a minibatch. */
export const FEWEST_ROWS = 6

/** The least dropout of a network, whatever its plan says: combinations of many units tell of no row for sure. */
export const LEAST_DROPOUT = 0.1

/** What is masked changes which rows count: so often it is looked at again before the units stand still. */
const LOOKS = 3
/** A row still counts when it moves the model this share as much as the one that moves it most. */
const STILL_COUNTS = 0.05

/** A step is not taken where more than this share of what moves a layer would stand still. */
const MOST_STILL = 0.5

/** What covers single rows in a step: for each hidden layer a factor for each unit of each row of the minibatch. Null: take none. */
export type Cover = (params: Float64Array, rows: Uint32Array) => Masks | null

/** The rows that a model is trained on, and how its outputs are judged. */
export interface TrainingRows {
  readonly layout: Pick<Layout, 'layers' | 'outputs'>
  readonly inputs: Matrix
  readonly targets: Targets
  readonly head: Pick<Head, 'loss'>
}

/**
 * Dropout (Srivastava et al. 2014) that no single row can be read through: units that move with too few rows of a minibatch
 * stand still in that step; units that differ by too few move with the rows they have in common and are left out of the same
 * rows, so that their difference is nothing at all (the attack: Fowl et al. 2022, with thresholds in a row). Only rows that
 * the model gets wrong enough to move it count. Null for models without hidden layers.
 */
export function createCover(
  { plan }: Pick<Task, 'plan'>,
  rows: TrainingRows,
  stream: () => Stream,
): Cover | null {
  const { model } = plan
  if (model.kind !== 'mlp') return null
  const dropout = Math.max(LEAST_DROPOUT, model.dropout)
  const words = stream()
  const passes = createPasses(rows.layout)

  function look(params: Float64Array, batch: Batch, counting: Uint32Array | null) {
    const masks: Float32Array[] = []
    let still = 0
    const ends = passes.forward(params, batch.input, batch.height, (layer, sums) => {
      const { units, activation } = rows.layout.layers[layer] as Layout['layers'][number] // safe: walks these
      if (counting === null || layer === rows.layout.layers.length - 1) return undefined
      const draw = (unit: number) => batch.draw(layer, unit)
      const covered = maskOf({ values: sums, units, activation, height: batch.height }, counting, draw)
      still = Math.max(still, covered.still)
      return (masks[layer] = covered.mask)
    })
    return { masks, still, weights: weightsOf(rows, batch.rows, ends.values) }
  }

  return (params, batchRows) => {
    const height = batchRows.length
    const batch = {
      rows: batchRows,
      input: pickRows(rows.inputs, batchRows),
      height,
      draw: createDraws(words, height, dropout),
    }
    let counting = countingRows(look(params, batch, null).weights, height)
    for (let attempt = 0; attempt < LOOKS; attempt++) {
      const { masks, still, weights } = look(params, batch, counting)
      if (still > MOST_STILL) return null
      const counts = countingRows(weights, height, STILL_COUNTS)
      if (isWithin(counting, counts)) return masks
      counting = counting.map((bits, w) => bits & (counts[w] as number)) // safe: as long
    }
    return null
  }
}

interface Batch {
  readonly rows: Uint32Array
  readonly input: Float64Array
  readonly height: number
  readonly draw: (layer: number, unit: number) => Float32Array
}

/** One factor for each unit of each row: 0 where it is left out, and the others larger by what of the layer stands still. */
function maskOf(sums: Sums, counting: Uint32Array, draw: (unit: number) => Float32Array) {
  const { units, height, activation } = sums
  const sets = movedRows(sums, counting, FEWEST_ROWS)
  const mask = new Float32Array(height * units)
  let kept = 0
  for (const crowd of mergeUnits(sets, counting, FEWEST_ROWS).slice(1)) {
    // Left out of the same rows, or the dropout itself would set two of them apart by single rows.
    const factors = draw(Math.min(...crowd.units))
    for (const unit of crowd.units) {
      const own = sets[unit] as Uint32Array // safe: a unit of this layer
      for (let row = 0; row < height; row++) {
        const isIn = hasRow(crowd.rows, row) || (activation !== 'relu' && !hasRow(own, row))
        mask[row * units + unit] = isIn ? (factors[row] as number) : 0 // safe: one for each row
      }
      kept += countRows(crowd.rows)
    }
  }
  const all = sets.reduce((sum, set) => sum + countRows(set), 0)
  const still = all > 0 ? 1 - kept / all : 0
  return { mask: still > 0 ? mask.map((factor) => factor / (1 - still)) : mask, still }
}

/** What each unit is left out of in this step: drawn once, however often it is looked at. */
function createDraws(words: Stream, height: number, dropout: number) {
  const factor = 1 / (1 - dropout)
  const known = new Map<string, Float32Array>()
  return (layer: number, unit: number): Float32Array => {
    const key = `${layer} ${unit}`
    const found = known.get(key)
    if (found) return found
    const drawn = Float32Array.from({ length: height }, () => (words.real() < dropout ? 0 : factor))
    known.set(key, drawn)
    return drawn
  }
}

/** How much each row of a minibatch moves the model: the largest derivative of its loss by an output. */
export function weightsOf(
  { layout, head, targets }: TrainingRows,
  rows: Uint32Array,
  outputs: Float64Array,
): Float64Array {
  const delta = new Float64Array(rows.length * layout.outputs)
  head.loss(outputs, targets, rows, delta)
  return Float64Array.from(rows, (_, row) => {
    const own = delta.subarray(row * layout.outputs, (row + 1) * layout.outputs)
    return own.reduce((most, one) => Math.max(most, Math.abs(one)), 0)
  })
}

/** So many rows, one after another. */
export function pickRows({ values, width }: Matrix, rows: Uint32Array): Float64Array {
  const picked = new Float64Array(rows.length * width)
  rows.forEach((row, i) => picked.set(values.subarray(row * width, (row + 1) * width), i * width))
  return picked
}
