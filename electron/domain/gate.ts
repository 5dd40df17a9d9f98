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

/** A training sum with its votes (null where there are none yet, or none are asked for) and its loss (null where it is not certified). */
export interface JudgedSum<S> {
  readonly sum: S
  readonly ballot: Ballot | null
  readonly loss?: number | null
}

/** Why nothing goes on from a sum: most of its members found it worse, or training went back to the best model, which lies before it. */
export type Fate = 'voted-down' | 'set-aside'

/** Where a study stands by its votes. */
export interface Standing<S> {
  /** The sums that lead to the model in force, oldest first: without those that were voted down or set aside. */
  readonly line: readonly S[]
  /** The sums that lead nowhere. */
  readonly fallen: readonly { readonly sum: S; readonly fate: Fate }[]
  /** The best so far, with which voters compare: many small steps add up that way. Null before the first. */
  readonly best: S | null
  /** Whether training is over: no sum was progress for as long as the plan has patience. */
  readonly over: boolean
}

/** Whether the members of a study judge its model after every round of training. */
export function asksForVotes({ gate, stopping }: Pick<Plan, 'gate' | 'stopping'>): boolean {
  return gate === 'votes' || stopping.kind !== 'never'
}

/** Counts the votes on a sum of so many members. */
export function ballotOf(votes: readonly Verdict[], of: number): Ballot {
  const count = (kind: Verdict) => votes.filter((vote) => vote === kind).length
  return { better: count('better'), same: count('same'), worse: count('worse'), of }
}

/** Whether more than half of a sum's members found its model worse than the best so far: nothing goes on from it. */
export function isVotedDown({ worse, of }: Ballot): boolean {
  return 2 * worse > of
}

/** How many losses of sums in force are averaged before they are compared. */
const SMOOTHED_OVER = 5

/**
 * Reads the training sums of a study in order. The first is the best to begin with; a later one takes its place when more
 * members found it better than worse. A sum that most found worse than the best takes training back to that: what lies between
 * is set aside, for many small steps may have added up to harm. Training is over after as many sums without progress as the
 * plan has patience: none was an improvement by votes nor, where the plan says so, did the mean loss of the latest sums in
 * force fall by its tolerance. By votes alone it ends with the best model, by convergence with the latest.
 */
export function standingOf<S>(sums: readonly JudgedSum<S>[], stopping: Plan['stopping']): Standing<S> {
  const course = createCourse<S>(stopping.kind === 'converged' ? stopping.tolerance : null)
  const patience = stopping.kind === 'never' ? Infinity : stopping.patience
  for (const judged of sums) {
    course.take(judged)
    if (course.hasRested(patience)) return course.standing(true, stopping.kind === 'votes')
  }
  return course.standing(false, false)
}

function createCourse<S>(tolerance: number | null) {
  const line: S[] = []
  const fallen: { sum: S; fate: Fate }[] = []
  const losses: number[] = []
  let best: S | null = null
  let reach = 0
  let since = 0
  let lowest = Infinity

  function take({ sum, ballot, loss }: JudgedSum<S>): void {
    since += 1
    if (ballot && isVotedDown(ballot)) {
      fall(sum)
      return
    }
    line.push(sum)
    if (best === null || isImprovement(ballot)) [best, reach, since] = [sum, line.length, 0]
    if (tolerance !== null && loss !== null && loss !== undefined) follow(loss, tolerance)
  }

  function fall(sum: S): void {
    fallen.push({ sum, fate: 'voted-down' })
    setAside()
  }

  function setAside(): void {
    fallen.push(...line.splice(reach).map((sum) => ({ sum, fate: 'set-aside' as const })))
  }

  function follow(loss: number, least: number): void {
    losses.push(loss)
    const latest = losses.slice(-SMOOTHED_OVER)
    const mean = latest.reduce((sum, one) => sum + one, 0) / latest.length
    if (!(mean < lowest - least * Math.abs(lowest)) && lowest !== Infinity) return
    ;[lowest, since] = [mean, 0]
  }

  function standing(over: boolean, toBest: boolean): Standing<S> {
    if (toBest) setAside()
    return { line, fallen, best, over }
  }

  return { take, standing, hasRested: (patience: number) => best !== null && since >= patience }
}

function isImprovement(ballot: Ballot | null): boolean {
  return ballot !== null && ballot.better > ballot.worse
}
