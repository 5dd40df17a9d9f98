import { AppError } from '#domain/errors.ts'
import { RoundKind } from '#domain/round.ts'
import type { Study } from '#domain/study.ts'
import { shapeFaults, studyFaults, type VectorShape } from '#domain/study-check.ts'
import { shapeOf } from '#trainer/shape.ts'
import { taskOf } from './data.ts'

/** Length and bound of one kind of round's vector. */
export interface KindShape extends VectorShape {
  readonly kind: RoundKind
}

/** Lengths and bounds of the three kinds of rounds of a study. Throws 'not-available' for what this version cannot compute. */
export function shapesOf(study: Study): KindShape[] {
  return RoundKind.options.map((kind) => ({ kind, ...shapeOf(taskOf(study), kind) }))
}

/** What keeps a study, whoever signed it, from running at this institution, or null when nothing does. */
export function faultOf(study: Study): string | null {
  try {
    return [...studyFaults(study), ...shapeFaults(study, shapesOf(study))][0] ?? null
  } catch (error) {
    if (error instanceof AppError) return error.message
    throw error
  }
}
