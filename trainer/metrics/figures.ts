import type { Outcome } from '#domain/variable.ts'
import type { Scored } from '#trainer/evaluation/scored.ts'
import type { Figures } from '#trainer/jobs.ts'
import { binaryFigures } from './binary.ts'
import { multiclassFigures } from './multiclass.ts'
import { regressionFigures } from './regression.ts'
import { survivalFigures } from './survival.ts'

/** Exact figures of one hospital's held-out rows. */
export function figuresOf(outcome: Outcome, { scores, labels, survival }: Scored): Figures {
  if (outcome.task === 'multiclass') return multiclassFigures(scores, labels, outcome.classes.length)
  if (outcome.task === 'regression') return regressionFigures(scores, labels)
  if (survival) return survivalFigures(survival.hazards, labels, survival.events)
  return binaryFigures(scores, labels)
}
