import type { RoundKind } from '#domain/round.ts'
import type { Task } from './jobs.ts'
import { fitParts } from './exact/parts.ts'
import { judged } from './evaluation/counts.ts'
import { tallyOf } from './evaluation/tally.ts'
import { directionsLength } from './statistics/directions.ts'
import { MOMENTS } from './statistics/moments.ts'
import { offModeLength } from './statistics/off-mode.ts'
import { QUANTILE_BINS, quantileVariables } from './statistics/quantiles.ts'
import { targetsOf } from './statistics/targets.ts'
import { trainingParts } from './training/parts.ts'
import { featuresOf } from './variables/features.ts'

/** What a run of numbers in a contribution is about. */
export type PartName =
  | 'moments'
  | 'outcome-moments'
  | 'histograms'
  | 'directions'
  | 'off-mode'
  | 'update'
  | 'loss'
  | 'normaliser'
  | 'baseline'
  | 'gradient'
  | 'log-likelihood'
  | 'fit-rows'
  | 'information'
  | 'levels'
  | 'held-out-rows'
  | 'held-out-scores'

export interface VectorPart {
  readonly name: PartName
  /** How many numbers; parts of none are left out. */
  readonly length: number
}

/** What a round's contribution is made of, in its order: together as long as `shapeOf` says. */
export function vectorParts(task: Task, kind: RoundKind): VectorPart[] {
  return layouts[kind](task).filter(({ length }) => length > 0)
}

const layouts: Readonly<Record<RoundKind, (task: Task) => VectorPart[]>> = {
  statistics: (task) => [
    { name: 'moments', length: MOMENTS * featuresOf(task).length },
    { name: 'outcome-moments', length: MOMENTS * targetsOf(task.outcome).length },
    { name: 'histograms', length: QUANTILE_BINS * quantileVariables(task).length },
    { name: 'directions', length: directionsLength(task) },
    { name: 'off-mode', length: offModeLength(task) },
  ],
  training(task) {
    if (task.plan.fit) return fitParts(task)
    const { shared, normaliser, baseline, length } = trainingParts(task)
    return [
      { name: 'update', length: shared },
      { name: 'loss', length: 1 },
      { name: 'normaliser', length: normaliser === null ? 0 : 1 },
      { name: 'baseline', length: baseline === null ? 0 : length - baseline },
    ]
  },
  evaluation({ outcome }) {
    const { rowsLength, modelLength } = tallyOf(outcome)
    return [
      { name: 'held-out-rows', length: rowsLength },
      { name: 'held-out-scores', length: judged.length * modelLength },
    ]
  },
}
