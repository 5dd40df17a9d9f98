import type { Document, Roster } from '#domain/documents.ts'
import { leftOut } from './justified.ts'
import { attemptOf } from './record.ts'
import { candidates, checkRoster } from './roster.ts'
import type { Situation } from './situation.ts'

/** The roster that this member may sign in an attempt: the only valid one. Two of one leader are none. */
export function rosterToSign(s: Situation, attempt: number): Document<Roster> | null {
  const valid = attemptOf(s.record, attempt).rosters.filter(
    (one) => checkRoster(s, one).ok && leftOut(s, one, candidates(s)) === null,
  )
  return valid.length === 1 ? (valid[0] ?? null) : null
}

/** Whether the attempt's sum leaves out a member without reason: nobody waits for what honest members do not sign. */
export function leavesOut(s: Situation, attempt: number): boolean {
  const { rosters, acceptances } = attemptOf(s.record, attempt)
  const sums = rosters.filter((one) => one.body.action.do === 'sum' && checkRoster(s, one).ok)
  return !acceptances.has(s.me) && sums.some((one) => leftOut(s, one, candidates(s)) !== null)
}
