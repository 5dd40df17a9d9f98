import { AppError } from '#domain/errors.ts'
import { Hash } from '#domain/values.ts'
import { artefactHash, floats32, floats64, readArtefact, writeArtefact } from '#trainer/artefact.ts'
import type { Task } from '#trainer/jobs.ts'
import { initialWeights } from '#trainer/models/initial.ts'
import { layoutOf } from '#trainer/models/layout.ts'
import { BASELINE_PIECES } from '#trainer/survival/baseline.ts'
import * as v from 'valibot'
import { firstOuterState, outerStateLength } from './outer.ts'

const Header = {
  /** How many sums of training led here. */
  sums: v.pipe(v.number(), v.integer(), v.minValue(1)),
  parameters: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** The artefact that this sum's training started from. */
  previous: Hash,
  statistics: Hash,
  /** Weighted mean training loss over the hospitals, and the sum of their weights. */
  loss: v.pipe(v.number(), v.finite()),
  weight: v.pipe(v.number(), v.finite()),
}

/** A state of the shared model, as every member holds it. */
export interface Trained {
  readonly sums: number
  /** Shared parameters: 32-bit values. */
  readonly params: Float32Array
  /** What the outer optimiser remembers, 64-bit. */
  readonly outer: Float64Array
  /** Survival: baseline hazard rates per horizon, by piece of time, 64-bit; empty for other tasks. */
  readonly rates: Float64Array
  /** Null before the first sum. */
  readonly loss: number | null
}

/** A model with the hash of what its round started from: the model before, or the statistics. */
export interface Successor extends Trained {
  readonly previous: Hash
}

function ratesLength({ outcome }: Task): number {
  return outcome.task === 'survival' ? BASELINE_PIECES : 0
}

/** Reads a training artefact of this study strictly ('document-refused' for anything else). */
export function readTrained(task: Task, bytes: Uint8Array): Successor {
  const { header, payload } = readArtefact('training', Header, bytes)
  const { shared } = layoutOf(task)
  const state = outerStateLength(task.plan.outer, shared)
  const pieces = ratesLength(task)
  if (header.parameters !== shared || payload.length !== 4 * shared + 8 * (state + pieces)) throw refuse()
  const params = floats32(payload, 0, shared)
  const outer = floats64(payload, 4 * shared, state)
  const rates = floats64(payload, 4 * shared + 8 * state, pieces)
  if (![params, outer, rates].every((part) => part.every(Number.isFinite))) throw refuse()
  return { sums: header.sums, params, outer, rates, loss: header.loss, previous: header.previous }
}

/** The model that a study starts from: first weights drawn from the seed, the same at every member. */
export function firstTrained(task: Task, seed: Uint8Array): Trained {
  const layout = layoutOf(task)
  const params = Float32Array.from(initialWeights(layout, seed).subarray(0, layout.shared))
  const outer = firstOuterState(task.plan.outer, layout.shared)
  return { sums: 0, params, outer, rates: new Float64Array(ratesLength(task)), loss: null }
}

/** The state to start from: `base`, or the first one where there was no sum yet. */
export function startOf(task: Task, base: Uint8Array | null, seed: Uint8Array): Trained {
  return base ? readTrained(task, base) : firstTrained(task, seed)
}

/** Bytes of a training artefact; `previous` is what it started from: the artefact before, or the statistics at first. */
export function writeTrained(
  trained: Trained & { loss: number },
  origin: { statistics: Uint8Array; previous: Uint8Array; weight: number },
): Uint8Array {
  const { sums, params, outer, rates, loss } = trained
  const header = {
    sums,
    parameters: params.length,
    previous: artefactHash(origin.previous),
    statistics: artefactHash(origin.statistics),
    loss,
    weight: origin.weight,
  }
  return writeArtefact('training', header, [params, outer, rates])
}

function refuse() {
  return new AppError('document-refused', 'The model is not one of this study')
}
