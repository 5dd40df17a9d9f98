import type { Step } from './acts.ts'
import { absenceOf, type Situation } from './situation.ts'

/** Judges the model on trial on rows of ours, and says what came out. */
export const vote: Step = (s) => {
  const { trial } = s
  const mayVote = trial?.voters.has(s.me) && !s.voted.has(s.me) && !s.paused && !absenceOf(s, s.me)
  if (!trial || !mayVote) return null
  const { verdict } = s.memory
  if (verdict === null) return { act: 'judge' }
  if (verdict === 'judging') return null
  const { round, artefact } = trial
  return { act: 'sign', body: { kind: 'vote', study: s.study.id, round, artefact, vote: verdict } }
}

/** Whether the votes on the model on trial are in: all that are likely to come, or the time for them is over. */
export function votesAreIn(s: Situation): boolean {
  const { trial } = s
  if (!trial) return true
  const late = [...trial.voters].filter((id) => !s.voted.has(id) && !absenceOf(s, id) && s.expected(id))
  // Half of what others wait for a proposal.
  return (
    late.length === 0 || s.ticks >= s.memory.mark(`votes ${s.round}`) + s.study.body.rules.pace.exchange / 2
  )
}
