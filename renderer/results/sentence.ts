import type { FiguresView, ResultsView } from '#contract/views.ts'
import type { Outcome } from '#domain/variable.ts'
import { behindNumber } from '../words/unit.ts'
import { format, words } from '../words/words.ts'

/** Differences under this are told as alike: half of a pair in a hundred. */
const ALIKE = 0.005

/** The result in words: how well the shared model does on our patients, against ours, and how sure that is. Null before there is one. */
export function sentences(results: ResultsView, outcome: Outcome): string[] | null {
  if (results.shared === null) return null
  const first = firstOf(results.shared, results.alone, outcome)
  if (first === null) return null
  const rest = outcome.task === 'binary' ? ranking(results) : [words.results.noCurves]
  return [first, ...rest, ...tuning(results, outcome), ...byVotes(results)]
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

/** What the two areas under the ROC curve say against each other. */
function ranking({ shared, alone, difference }: ResultsView): string[] {
  const [ours, own] = [shared?.auc ?? null, alone?.auc ?? null]
  if (ours === null || own === null) return []
  const unsure = difference
    ? words.results.unsure(signed(difference.low), signed(difference.high))
    : words.results.noInterval
  return [verdict(ours - own), unsure]
}

function verdict(difference: number): string {
  if (Math.abs(difference) < ALIKE) return words.results.same
  return difference > 0
    ? words.results.better(format.two(difference))
    : words.results.worse(format.two(-difference))
}

function signed(value: number): string {
  if (Math.round(value * 100) === 0) return format.two(0)
  return `${value > 0 ? '+' : '−'}${format.two(Math.abs(value))}`
}
