import type { Absence, RosterMember } from '#domain/documents.ts'
import type { Reason } from '#domain/round.ts'
import { smallestRoster, type Study } from '#domain/study.ts'
import type { InstitutionId } from '#domain/values.ts'
import { boundFault, hasWithheld, isMissing, mostAllowed, sumFault } from './allowed.ts'
import type { Situation } from './situation.ts'
import { inabilityOf } from './unable.ts'

/** Why a member is not among those who add up. */
export function reasonOf(s: Situation, id: string, ready: readonly RosterMember[]): Reason {
  const inability = inabilityOf(s, id)
  if (inability) return inability
  if (hasWithheld(s, id)) return 'withheld'
  if (ready.some((one) => one.id === id)) return sumFault(s, id, ready) ? 'sum-opened' : 'unresponsive'
  if (s.record.readies.has(id)) return 'unresponsive'
  return s.expected(id) ? 'not-ready' : 'unreachable'
}

/** Whether enough members are ready, and yet none of their sums is allowed: those whom it needs are waited for. */
export function isBlocked(s: Situation, ready: readonly RosterMember[]): boolean {
  return ready.length >= smallestRoster(s.study.body) && mostAllowed(s, ready) === null
}

/** So many times as long as a round takes its members may be away, also where a study gives less to answer. */
const PATIENT_ROUNDS = 20

function patienceOf({ answer, compute, exchange }: Study['rules']['pace']): number {
  return Math.max(answer, PATIENT_ROUNDS * (compute + exchange))
}

/** When the others' patience with those who are away ends, on our monotonic clock. */
function patienceEnds({ study, memory, round }: Situation): number {
  return memory.mark(`proposal ${round}`) + patienceOf(study.body.rules.pace)
}

/**
 * Without whom no sum is allowed: enough others are there, but what they would add up was added up with these before, so their
 * difference would show them. `until`: when the study ends for want of them, in ticks. Null where a round needs nobody in particular.
 */
export function neededFor(
  s: Situation,
  ready: readonly RosterMember[],
): { ids: InstitutionId[]; until: number } | null {
  const here = ready.filter(({ id }) => s.expected(id) && !isMissing(s, id))
  if (!s.proposal || here.length < smallestRoster(s.study.body) || mostAllowed(s, here) !== null) return null
  if (!here.some(({ id }) => boundFault(s, id, here) !== null)) return null
  const ids = s.study.body.members.flatMap(({ id }) => (here.some((one) => one.id === id) ? [] : [id]))
  return ids.length > 0 ? { ids, until: patienceEnds(s) } : null
}

/**
 * Who keeps the others from every sum that is allowed, once they had as much time as a study gives to answer, or that of twenty rounds; null before.
 * Without them the study ends with the model that it has, since any other sum would give away what one of them sent.
 */
export function stuckBecause(s: Situation, ready: readonly RosterMember[]): Absence[] | null {
  const able = ready.filter(({ id }) => !isMissing(s, id))
  if (!s.proposal || s.ticks < patienceEnds(s) || mostAllowed(s, able) !== null) return null
  if (!able.some(({ id }) => boundFault(s, id, able) !== null)) return null
  const missing = s.study.body.members.filter(({ id }) => !able.some((one) => one.id === id))
  const named = missing.length > 0 ? missing : able.filter(({ id }) => boundFault(s, id, able) !== null)
  return named.map(({ id }) => ({ id, reason: reasonOf(s, id, ready) }))
}

/** Whether what we hold bears out that the study is stuck because of these. Their reasons are the leader's to tell. */
export function isStuckBecause(
  s: Situation,
  ready: readonly RosterMember[],
  absent: readonly Absence[],
): boolean {
  const ours = stuckBecause(s, ready)?.map((one) => one.id)
  return ours !== undefined && ours.join() === absent.map((one) => one.id).join()
}
