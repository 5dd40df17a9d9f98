/** A member's answer after a round of training: is the new model better than the best so far, on its held-out rows? */
export type Verdict = 'better' | 'same' | 'worse'

/** Where a study stands by its votes. */
export interface Standing {
  /** Index of the best round so far, first 0; null before the first. */
  readonly best: number | null
  /** Whether training is over: no round was an improvement for as long as the plan has patience. */
  readonly over: boolean
}

/**
 * Reads the votes of each round of training, in order. The first round is the best to begin with; a later one takes its place
 * when more members found it better than worse. Voters compare with the best so far, so that many small steps add up.
 */
export function standingOf(rounds: readonly (readonly Verdict[])[], patience: number): Standing {
  let best: number | null = null
  for (const [index, votes] of rounds.entries()) {
    const count = (kind: Verdict) => votes.filter((vote) => vote === kind).length
    if (best === null || count('better') > count('worse')) best = index
    else if (index - best >= patience) return { best, over: true }
  }
  return { best, over: false }
}
