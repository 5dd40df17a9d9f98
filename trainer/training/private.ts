import { AppError } from '#domain/errors.ts'
import { Hash } from '#domain/values.ts'
import { floats64, readArtefact, writeArtefact } from '#trainer/artefact.ts'
import type { Task } from '#trainer/jobs.ts'
import { layoutOf } from '#trainer/models/layout.ts'
import * as v from 'valibot'
import { readTrained, type Successor } from './artefact.ts'

const Count = v.pipe(v.number(), v.integer(), v.minValue(0))
const Header = {
  /** What the round of this state started from. */
  base: Hash,
  head: Count,
  control: Count,
  /** Steps times learning rate of that round. */
  reach: v.pipe(v.number(), v.finite(), v.minValue(0)),
}

/** What stays at a hospital between rounds. Counts only once its round is decided with the hospital in it. */
export interface Kept {
  readonly base: Hash
  /** The private head after the round; empty where the head is shared. */
  readonly head: Float64Array
  /** Control variate before the round, and the shared parameters as this hospital's own steps left them; empty without. */
  readonly control: Float64Array
  readonly own: Float64Array
  readonly reach: number
}

/** Whether a study asks for anything to be kept. The private intercept is not: it is fitted anew wherever it is used. */
export function keepsAnything({ plan }: Task): boolean {
  return plan.head === 'private' || plan.local.controlVariates
}

/** How many numbers of a private head are kept. */
export function headLength(task: Task): number {
  const { length, shared } = layoutOf(task)
  return task.plan.head === 'private' ? length - shared : 0
}

/** Bytes of a private state. */
export function writeKept({ base, head, control, own, reach }: Kept): Uint8Array {
  const header = { base, head: head.length, control: control.length, reach }
  return writeArtefact('private', header, [head, control, own])
}

/** Reads a private state of this study strictly ('document-refused' for anything else). */
export function readKept(task: Task, bytes: Uint8Array): Kept {
  const { header, payload } = readArtefact('private', Header, bytes)
  const control = task.plan.local.controlVariates ? layoutOf(task).shared : 0
  const head = headLength(task)
  const length = 8 * (head + 2 * control)
  if (header.head !== head || header.control !== control || payload.length !== length) {
    throw new AppError('document-refused', 'The private state is not one of this study')
  }
  return {
    base: header.base,
    reach: header.reach,
    head: floats64(payload, 0, head),
    control: floats64(payload, 8 * head, control),
    own: floats64(payload, 8 * (head + control), control),
  }
}

/**
 * This hospital's control variate as it is now, for steps x -= rate * (gradient + control): SCAFFOLD (Karimireddy et al.
 * 2020) without a second vector. The round that left the state moved it by (own - average)/(steps * rate), known once the
 * round is decided, so that the hospitals' weighted sum stays 0. The average is in the model that followed that round: among
 * `models`, or 'bad-request'.
 */
export function controlOf(
  task: Task,
  kept: Kept | null,
  models: readonly (Uint8Array | null)[],
): Float64Array {
  if (!kept) return new Float64Array(layoutOf(task).shared)
  const next = successorOf(task, kept, models)
  if (!next) throw new AppError('bad-request', 'The model that followed the private state is needed with it')
  return kept.control.map((value, i) => value + ((kept.own[i] ?? 0) - (next.params[i] ?? 0)) / kept.reach)
}

function successorOf(task: Task, { base }: Kept, models: readonly (Uint8Array | null)[]): Successor | null {
  for (const bytes of models) {
    const model = bytes && readTrained(task, bytes)
    if (model?.previous === base) return model
  }
  return null
}
