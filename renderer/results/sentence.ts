import type { FiguresView, ResultsView } from '#contract/views.ts'
import type { Outcome } from '#domain/variable.ts'
import { behindNumber } from '../words/unit.ts'
import { format, words } from '../words/words.ts'
import { measureOf } from './measure.ts'

/** Differences under this are told as alike: half of a pair in a hundred. */
const ALIKE = 0.005

/** The result in words: how well the shared model does on our patients, against ours, and how sure that is. Null before there is one. */
export function sentences(results: ResultsView, outcome: Outcome): string[] | null {
  if (results.shared === null) return null
  const first = firstOf(results.shared, results.alone, outcome)
  if (first === null) return null
  const curves = outcome.task === 'binary' ? [] : [words.results.noCurves]
  return [first, ...comparison(results, outcome), ...curves, ...tuning(results, outcome), ...byVotes(results)]
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
function byVotes({ rolledBack = [], stoppedEarly = false }: ResultsView): string[] {
  return [
    ...(rolledBack.length > 0 ? [words.results.rolledBack(rolledBack)] : []),
    ...(stoppedEarly ? [words.results.stoppedEarly] : []),
  ]
}

/** What the two models' first figures say against each other: plus is always in favour of the shared one. */
function comparison({ shared, alone, difference }: ResultsView, outcome: Outcome): string[] {
  const { key, isShare, unit } = measureOf(outcome)
  const [ours, own] = [shared?.[key] ?? null, alone?.[key] ?? null]
  if (ours === null || own === null) return []
  const gain = (value: number) => (isShare ? value : -value)
  const write = (value: number) => (isShare ? format.two(value) : `${format.value(value)}${unit}`)
  const bounds = difference ? [gain(difference.low), gain(difference.high)].toSorted((a, b) => a - b) : null
  const [low = '', high = ''] = (bounds ?? []).map((one) => signed(one, write))
  const range = isShare ? words.results.unsure : words.results.unsureMiss
  const unsure = bounds ? range(low, high) : words.results.noInterval
  const alike = isShare ? ALIKE : ALIKE * Math.abs(own)
  return [verdict(gain(ours - own), alike, (by) => words.results.by[outcome.task](write(by))), unsure]
}

function verdict(gain: number, alike: number, tell: (by: number) => string): string {
  if (Math.abs(gain) < alike) return words.results.same
  return gain > 0 ? words.results.better(tell(gain)) : words.results.worse(tell(-gain))
}

function signed(value: number, write: (value: number) => string): string {
  const told = write(Math.abs(value))
  if (told === write(0)) return told
  return `${value > 0 ? '+' : '−'}${told}`
}
