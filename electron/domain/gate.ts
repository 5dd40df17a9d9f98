import type { Plan } from './plan.ts'

/** A member's answer after a round of training: is the new model better than the best so far, on its held-out rows? */
export type Verdict = 'better' | 'same' | 'worse'

/** What the members of a training sum said of the model that it made. */
export interface Ballot {
  readonly better: number
  readonly same: number
  readonly worse: number
  /** How many members were in the sum, whether they voted or not. */
  readonly of: number
}

/** A training sum with its votes; null where there are none yet, or none are asked for. */
export interface JudgedSum<S> {
  readonly sum: S
  readonly ballot: Ballot | null
}

/** Where a study stands by its votes. */
export interface Standing<S> {
  /** The sums that lead to the model in force, oldest first: without those that were rolled back. */
  readonly line: readonly S[]
  /** The best so far, with which voters compare: many small steps add up that way. Null before the first. */
  readonly best: S | null
  /** Whether training is over: no sum was an improvement for as long as the plan has patience. */
  readonly over: boolean
}

/** Whether the members of a study judge its model after every round of training. */
export function asksForVotes({ gate, stopping }: Pick<Plan, 'gate' | 'stopping'>): boolean {
  return gate === 'votes' || stopping.kind === 'votes'
}

/** Counts the votes on a sum of so many members. */
export function ballotOf(votes: readonly Verdict[], of: number): Ballot {
  const count = (kind: Verdict) => votes.filter((vote) => vote === kind).length
  return { better: count('better'), same: count('same'), worse: count('worse'), of }
}

/** Whether more than half of a sum's members found its model worse: it is then rolled back. */
export function isRolledBack({ worse, of }: Ballot): boolean {
  return 2 * worse > of
}

/**
 * Reads the training sums of a study in order. The first is the best to begin with; a later one takes its place when more
 * members found it better than worse. After a majority of worse, training goes on from the best so far.
 */
export function standingOf<S>(sums: readonly JudgedSum<S>[], patience: number | null): Standing<S> {
  const line: S[] = []
  let best: S | null = null
  let reach = 0
  let since = 0
  for (const { sum, ballot } of sums) {
    since += 1
    if (ballot && isRolledBack(ballot)) line.length = reach
    else {
      line.push(sum)
      if (best === null || isImprovement(ballot)) [best, reach, since] = [sum, line.length, 0]
    }
    if (best !== null && since >= (patience ?? Infinity)) {
      return { line: line.slice(0, reach), best, over: true }
    }
  }
  return { line, best, over: false }
}

function isImprovement(ballot: Ballot | null): boolean {
  return ballot !== null && ballot.better > ballot.worse
}
