import type { ResultsView } from '#contract/views.ts'
import { format, words } from '../words/words.ts'

/** Differences under this are told as alike: half of a pair in a hundred. */
const ALIKE = 0.005

/** The result in words: how well the shared model ranks our patients, against ours, and how sure that is. Null before there is one. */
export function sentences(results: ResultsView): string[] | null {
  const shared = results.shared?.auc ?? null
  const alone = results.alone?.auc ?? null
  if (shared === null) return null
  const told = [words.results.sentence(shared, alone)]
  if (alone !== null) told.push(verdict(shared - alone))
  const { difference } = results
  if (alone === null) return told
  told.push(
    difference
      ? words.results.unsure(signed(difference.low), signed(difference.high))
      : words.results.noInterval,
  )
  return told
}

function verdict(difference: number): string {
  if (Math.abs(difference) < ALIKE) return words.results.same
  return difference > 0
    ? words.results.better(format.two(difference))
    : words.results.worse(format.two(-difference))
}

function signed(value: number): string {
  return value > 0 ? `+${format.two(value)}` : format.two(value)
}
