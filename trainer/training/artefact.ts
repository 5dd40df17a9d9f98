import { AppError } from '#domain/errors.ts'
import { Hash } from '#domain/values.ts'
import { artefactHash, floats32, floats64, readArtefact, writeArtefact } from '#trainer/artefact.ts'
import type { Task } from '#trainer/jobs.ts'
import { initialWeights } from '#trainer/models/initial.ts'
import { layoutOf } from '#trainer/models/layout.ts'
import * as v from 'valibot'
import { outerStateLength } from './outer.ts'

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
  /** Null before the first sum. */
  readonly loss: number | null
}

/** Reads a training artefact of this study strictly ('document-refused' for anything else). */
export function readTrained(task: Task, bytes: Uint8Array): Trained {
  const { header, payload } = readArtefact('training', Header, bytes)
  const { shared } = layoutOf(task)
  const state = outerStateLength(task.plan.outer, shared)
  if (header.parameters !== shared || payload.length !== 4 * shared + 8 * state) throw refuse()
  const params = floats32(payload, 0, shared)
  const outer = floats64(payload, 4 * shared, state)
  if (!params.every(Number.isFinite) || !outer.every(Number.isFinite)) throw refuse()
  return { sums: header.sums, params, outer, loss: header.loss }
}

/** The model that a study starts from: first weights drawn from the seed, the same at every member. */
export function firstTrained(task: Task, seed: Uint8Array): Trained {
  const layout = layoutOf(task)
  const params = Float32Array.from(initialWeights(layout, seed).subarray(0, layout.shared))
  return {
    sums: 0,
    params,
    outer: new Float64Array(outerStateLength(task.plan.outer, layout.shared)),
    loss: null,
  }
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
  const { sums, params, outer, loss } = trained
  const header = {
    sums,
    parameters: params.length,
    previous: artefactHash(origin.previous),
    statistics: artefactHash(origin.statistics),
    loss,
    weight: origin.weight,
  }
  return writeArtefact('training', header, [params, outer])
}

function refuse() {
  return new AppError('document-refused', 'The model is not one of this study')
}
