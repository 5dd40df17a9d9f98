import type { Interval, WorthView } from '#contract/figures.ts'
import type { FiguresView, ResultsView } from '#contract/views.ts'
import type { Plan } from '#domain/plan.ts'
import type { Study } from '#domain/study.ts'
import type { Outcome } from '#domain/variable.ts'
import { behindNumber } from '../words/unit.ts'
import { format, words } from '../words/words.ts'
import { type Measure, measureOf } from './measure.ts'
import { toldEnd } from './terms.ts'

/** The result in words: how well the shared model does on our patients, against ours, and how sure that is. Null before there is one. */
export function sentences(
  results: ResultsView,
  { outcome, plan }: Pick<Study, 'outcome' | 'plan'>,
): string[] | null {
  if (results.shared === null) return null
  const first = firstOf(results.shared, results.alone, outcome)
  if (first === null) return null
  const curves = outcome.task === 'binary' ? [] : [words.results.noCurves]
  const rounds = plan.fit ? endOfFit(results) : byVotes(results, plan.stopping)
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

/** How an exact fit ended: one without intervals was drawn towards zero by its penalty. */
function endOfFit({ inference, stoppedEarly = false }: ResultsView): string[] {
  if (inference) return [toldEnd(inference)]
  return [stoppedEarly ? words.inference.shrunk : words.inference.ended.running]
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

/** Whether the shared model is worth it, then how the first figures differ where that is another measure. */
function comparison({ worth, difference }: ResultsView, outcome: Outcome): string[] {
  if (worth === undefined) return [words.results.noInterval]
  if (worth === null) return [words.results.worthUnknown]
  const measure = measureOf(outcome)
  return [
    worthSentence(worth, measure),
    ...(measure.key === worth.measure || !difference ? [] : [rangeOf(difference, measure)]),
  ]
}

function worthSentence({ measure: key, gain, verdict }: WorthView, measure: Measure): string {
  const write = (value: number) => (key === 'mae' ? format.value(value) : format.three(value))
  const unit = key === 'mae' ? measure.unit : ''
  const by = words.results.worthBy[key](`${write(Math.abs(gain.value))}${unit}`)
  const range = words.results.worthRange(signed(gain.low, write, unit), signed(gain.high, write, unit))
  return `${words.results.worth[verdict](by)} ${range}`
}

function rangeOf({ value, low, high }: Interval, { name, write }: Measure): string {
  return words.results.differs(name, signed(value, write), signed(low, write), signed(high, write))
}

function signed(value: number, write: (value: number) => string, unit = ''): string {
  const told = write(Math.abs(value))
  if (told === write(0)) return `${told}${unit}`
  return `${value > 0 ? '+' : '−'}${told}${unit}`
}
