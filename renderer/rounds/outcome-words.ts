import type { RoundView } from '#contract/views.ts'
import { words } from '../words/words.ts'

/** What a round came to, in a few words: a void one is repeated, unless too few hospitals can ever take part. */
export function outcomeWords({ result, roster }: NonNullable<RoundView['outcome']>): string {
  if (result === 'sum') return words.rounds.sum
  return roster === undefined ? words.rounds.void : words.rounds.unjudged
}
