import type { StudyDraft } from '#contract/calls.ts'
import type { Member, Study } from '#domain/study.ts'
import { endOf } from '../consents/decision.ts'

const FEWEST_MEMBERS = 3
const FARTHEST = 8.64e15

/** What a person changes of a study for its next version. */
export interface Changes {
  readonly members: readonly Member[]
  readonly rounds: number
  /** As a date field writes it: 2027-01-30. */
  readonly lastDay: string
}

/** The next version of a study: the same but for who is in it, how many rounds more, and until when. Null where that is no study. */
export function nextVersionOf(
  { id, study }: { readonly id: string; readonly study: Study },
  { members, rounds, lastDay }: Changes,
  now: number,
): StudyDraft | null {
  const expiresAt = endOf(lastDay, FARTHEST)
  if (members.length < FEWEST_MEMBERS || !Number.isInteger(rounds) || rounds < 1 || !(expiresAt > now))
    return null
  const { name, purpose, references, variables, outcome, plan, privacy, rules } = study
  const minimumSum = Math.max(FEWEST_MEMBERS, Math.min(rules.minimumSum, members.length))
  return {
    ...{ name, purpose, references, variables, outcome, privacy, expiresAt },
    members: [...members],
    previous: id,
    plan: { ...plan, rounds },
    // Room for as many void rounds as good ones, and for the evaluation.
    rules: { ...rules, minimumSum, lastRound: Math.min(20_000, rounds * 2 + 10) },
  }
}
