import type { RoundView } from '#contract/views.ts'

/** How many members found a round's model better, the same or worse, of those whose numbers were in it. */
export function ballotOf({ votes = [], members }: Pick<RoundView, 'votes' | 'members'>) {
  const count = (kind: 'better' | 'same' | 'worse') => votes.filter(({ vote }) => vote === kind).length
  const of = members.filter(({ state }) => state === 'in').length
  return { better: count('better'), same: count('same'), worse: count('worse'), of }
}
