import type { Interval } from '#contract/figures.ts'
import type { FiguresView, ResultsView } from '#contract/views.ts'
import type { Plan } from '#domain/plan.ts'
import type { Study } from '#domain/study.ts'
import type { Outcome } from '#domain/variable.ts'
import { behindNumber } from '../words/unit.ts'
import { format, words } from '../words/words.ts'
import { type Measure, measureOf } from './measure.ts'

/** Differences under this are told as alike: half of a pair in a hundred. */
const ALIKE = 0.005

/** The result in words: how well the shared model does on our patients, against ours, and how sure that is. Null before there is one. */
export function sentences(
  results: ResultsView,
  { outcome, plan: { stopping } }: Pick<Study, 'outcome' | 'plan'>,
): string[] | null {
  if (results.shared === null) return null
  const first = firstOf(results.shared, results.alone, outcome)
  if (first === null) return null
  const curves = outcome.task === 'binary' ? [] : [words.results.noCurves]
  const { inference } = results
  const rounds = inference ? [words.inference.ended[inference.status]] : byVotes(results, stopping)
  return [first, ...comparison(results, outcome), ...curves, ...tuning(results, outcome), ...rounds]
}

function firstOf(shared: FiguresView, alone: FiguresView | null, outcome: Outcome): string | null {
  const told = (
    measure: 'auc' | 'accuracy' | 'cIndex' | 'mae',
    say: (shared: number, alone: number | null) => string,
  ) => {
    const value = shared[measure] ?? null
    return value === null ? null : say(value, alone?.[measure] ?? null)
  }
  if (outcome.task === 'binary') return told('auc', words.results.sentence)
  if (outcome.task === 'multiclass') return told('accuracy', words.results.classSentence)
  if (outcome.task === 'survival') return told('cIndex', words.results.orderSentence)
  const unit = behindNumber(outcome.unit)
  const written = (value: number | null) => (value === null ? null : format.value(value))
  return told('mae', (ours, own) => words.results.missSentence(format.value(ours), written(own), unit))
}

/** Whether fitting the shared model further to our own patients is worth it. */
function tuning({ tuned }: ResultsView, { task }: Outcome): string[] {
  if (!tuned) return []
  const { auc } = tuned.figures
  if (tuned.passes === 0) return [words.results.notTuned]
  return [
    task === 'binary' && auc !== null ? words.results.tuned(format.two(auc)) : words.results.tunedBetter,
  ]
}

/** What the members' votes did to the model. */
function byVotes(
  { rolledBack = [], setAside = [], stoppedEarly = false }: ResultsView,
  { kind }: Plan['stopping'],
): string[] {
  return [
    ...(rolledBack.length > 0 ? [words.results.rolledBack(rolledBack)] : []),
    ...(setAside.length > 0 ? [words.results.setAside(setAside)] : []),
    ...(stoppedEarly ? [words.results.stoppedEarly[kind]] : []),
  ]
}

/** What the two models' first figures say against each other: plus is always in favour of the shared one. */
function comparison({ shared, alone, difference }: ResultsView, outcome: Outcome): string[] {
  const measure = measureOf(outcome)
  const ours = shared?.[measure.key]
  const own = alone?.[measure.key]
  if (typeof ours !== 'number' || typeof own !== 'number') return []
  const alike = measure.isShare ? ALIKE : ALIKE * Math.abs(own)
  const tell = (by: number) => words.results.by[outcome.task](writtenBy(by, measure))
  return [verdict(gainOf(ours - own, measure), alike, tell), rangeOf(difference ?? null, measure)]
}

function rangeOf(difference: Interval | null, measure: Measure): string {
  if (!difference) return words.results.noInterval
  const [low, high] = measure.isShare
    ? [difference.low, difference.high]
    : [gainOf(difference.high, measure), gainOf(difference.low, measure)]
  const say = measure.isShare ? words.results.unsure : words.results.unsureMiss
  return say(signed(low, measure), signed(high, measure))
}

/** A difference of a miss the other way round: to miss less is a gain. */
function gainOf(difference: number, { isShare }: Measure): number {
  return isShare ? difference : -difference
}

function writtenBy(value: number, { write, unit }: Measure): string {
  return `${write(value)}${unit}`
}

function verdict(gain: number, alike: number, tell: (by: number) => string): string {
  if (Math.abs(gain) < alike) return words.results.same
  return gain > 0 ? words.results.better(tell(gain)) : words.results.worse(tell(-gain))
}

function signed(value: number, measure: Measure): string {
  const told = writtenBy(Math.abs(value), measure)
  if (told === writtenBy(0, measure)) return told
  return `${value > 0 ? '+' : '−'}${told}`
}
