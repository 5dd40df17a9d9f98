import { AppError } from '#domain/errors.ts'
import { floats64, readArtefact, writeArtefact } from '#trainer/artefact.ts'
import type { Task } from '#trainer/jobs.ts'
import { BASELINE_PIECES } from '#trainer/survival/baseline.ts'
import * as v from 'valibot'
import { problemOf } from './problem.ts'
import { type ExactState, readExact, writeExact } from './state.ts'

const Count = v.pipe(v.number(), v.integer(), v.minValue(0))
const Header = { state: Count, matrices: Count }

/** A model of an exact fit as every member holds it. */
export interface Fitted {
  readonly state: ExactState
  /** How many of its sums had the information. */
  readonly matrices: number
  /** Survival: baseline hazard rates per horizon, by piece of time, once they were summed (0 before); empty for other tasks. */
  readonly rates: Float64Array
}

/** Bytes of a fitted model; `previous` is what its sum was taken at: the model before, or the statistics at first. */
export function writeFitted(
  { state, rates, matrices }: Fitted,
  origin: Parameters<typeof writeExact>[1],
): Uint8Array {
  const bytes = writeExact(state, origin)
  return writeArtefact('fit', { state: bytes.length, matrices }, [bytes, rates])
}

/** Reads a fitted model of this study strictly ('document-refused' for anything else). */
export function readFitted(task: Task, bytes: Uint8Array): Fitted {
  const { header, payload } = readArtefact('fit', Header, bytes)
  const pieces = task.outcome.task === 'survival' ? BASELINE_PIECES : 0
  if (payload.length !== header.state + 8 * pieces) throw refuse()
  const rates = floats64(payload, header.state, pieces)
  if (!rates.every((rate) => Number.isFinite(rate) && rate >= 0)) throw refuse()
  const { matrices } = header
  return { state: readExact(problemOf(task), payload.slice(0, header.state)), rates, matrices }
}

/** Whether a fit is at its end: at its optimum, or without one. */
export function isFitOver({ state }: Fitted): boolean {
  return state.status !== 'running'
}

function refuse() {
  return new AppError('document-refused', 'The model is not one of this study')
}
