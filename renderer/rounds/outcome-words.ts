import type { RoundView } from '#contract/views.ts'
import { words } from '../words/words.ts'

/** What a round came to, in a few words: a void one is repeated, unless those who are named can take part no more. */
export function outcomeWords(
  { result, roster }: NonNullable<RoundView['outcome']>,
  members: RoundView['members'],
): string {
  if (result === 'sum') return words.rounds.sum
  if (roster === undefined) return words.rounds.void
  return members.some((one) => one.reason === 'too-few-rows') ? words.rounds.unjudged : words.rounds.ended
}
