import type { Outcome } from '#domain/variable.ts'
import type { Scored } from '#trainer/evaluation/scored.ts'
import { logLossOf } from './binary.ts'
import { concordanceEstimate } from './concordance.ts'
import { type Estimate, meanEstimate, varianceOf } from './estimates.ts'
import { type Interval, Z } from './intervals.ts'
import { judgeRow } from './multiclass.ts'

/** What a shared model is worth to one hospital, on the same held-out rows by both models. */
export interface Worth {
  /** Log-loss of yes and no and of classes; the mean miss of numbers; the C-index of times. */
  readonly measure: 'logLoss' | 'mae' | 'cIndex'
  /** By how much the shared model is better: a plus is always in its favour. 95%, paired. */
  readonly gain: Interval
  /** 'none' where chance would do as much, or where it is too little to matter. */
  readonly verdict: 'gain' | 'none' | 'harm'
}

const measures: Readonly<Record<Outcome['task'], Worth['measure']>> = {
  binary: 'logLoss',
  multiclass: 'logLoss',
  regression: 'mae',
  survival: 'cIndex',
}

/** Less than this share of the loss of ours alone, or of all pairs, does not matter. */
const LEAST_SHARE = 0.02
const LEAST_PAIRS = 0.01
/** With fewer rows unlike the others an interval says nothing. */
const FEWEST_UNLIKE = 4

/** Whether the shared model is worth it. Null where too few held-out rows are there, or too few with the rarer outcome. */
export function worthOf(
  outcome: Outcome,
  { shared, alone }: { readonly shared: Scored; readonly alone: Scored },
): Worth | null {
  const unlike = unlikeOf(outcome, shared)
  if (unlike < FEWEST_UNLIKE) return null
  const [ours, own] = [estimateOf(outcome, shared), estimateOf(outcome, alone)]
  if (!ours || !own) return null
  const sign = outcome.task === 'survival' ? 1 : -1
  const value = sign * (ours.value - own.value)
  const influence = ours.influence.map((one, row) => one - (own.influence[row] ?? 0))
  const half = quantileOf(unlike - 1) * Math.sqrt(varianceOf({ value, influence }))
  const least = outcome.task === 'survival' ? LEAST_PAIRS : LEAST_SHARE * own.value
  const verdict =
    value - half > 0 && value >= least ? 'gain' : value + half < 0 && -value >= least ? 'harm' : 'none'
  return { measure: measures[outcome.task], gain: { value, low: value - half, high: value + half }, verdict }
}

/** A proper measure of each kind of outcome, with what each row does to it. */
function estimateOf(outcome: Outcome, { scores, labels, survival }: Scored): Estimate | null {
  if (survival) return concordanceEstimate(survival.hazards, labels, survival.events)
  const of = (row: number, label: number) => {
    if (outcome.task === 'multiclass') return judgeRow(scores, row, label, outcome.classes.length).logLoss
    if (outcome.task === 'regression') return Math.abs((scores[row] ?? 0) - label)
    return logLossOf(scores[row] ?? 0, label)
  }
  return meanEstimate(Float64Array.from(labels, (label, row) => of(row, label)))
}

/** How many rows have another outcome than the commonest; all, where it is a number. */
function unlikeOf({ task }: Outcome, { labels, survival }: Scored): number {
  if (survival) return survival.events.reduce((sum, event) => sum + (event ? 1 : 0), 0)
  if (task === 'regression') return labels.length
  const kinds = new Map<number, number>()
  for (const label of labels) kinds.set(label, (kinds.get(label) ?? 0) + 1)
  return labels.length - Math.max(0, ...kinds.values())
}

/** The 97.5% point of Student's t with so many degrees of freedom, by the expansion of Fisher and Cornish (1960). */
function quantileOf(freedom: number): number {
  const first = (Z ** 3 + Z) / 4
  const second = (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / 96
  const third = (3 * Z ** 7 + 19 * Z ** 5 + 17 * Z ** 3 - 15 * Z) / 384
  return Z + first / freedom + second / freedom ** 2 + third / freedom ** 3
}
