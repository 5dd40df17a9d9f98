import type { Reason, RoundKind } from '#domain/round.ts'
import type { InstitutionId } from '#domain/values.ts'
import { openAttempt } from './decision.ts'
import { deadlineOf, missingIn } from './giving-up.ts'
import { attemptOf, memberIds } from './record.ts'
import { candidates } from './roster.ts'
import type { Situation } from './situation.ts'
import { neededFor } from './stuck.ts'
import { inabilityOf, unableBecause } from './unable.ts'

export type Phase = 'proposed' | 'computing' | 'ready' | 'exchanging' | 'revealing' | 'certifying'

export interface MemberState {
  readonly id: InstitutionId
  readonly state: 'in' | 'waiting' | 'missing'
  readonly reason: Reason | null
}

/** Where the current round stands, for screens: phases of this member, and every member's part. */
export interface RoundState {
  readonly round: number
  readonly kind: RoundKind
  readonly attempt: number
  readonly phase: Phase
  readonly members: readonly MemberState[]
  /** Whom we wait for now. */
  readonly missing: readonly InstitutionId[]
  /** Without whom no sum is allowed, and when the study ends for want of them (milliseconds since 1970); null where it needs nobody in particular. */
  readonly needs: { readonly ids: readonly InstitutionId[]; readonly until: number } | null
  /** When this member gives the attempt up, in milliseconds since 1970; null while it only waits for others to get ready. */
  readonly deadline: number | null
}

/** Describes a situation for people. */
export function describe(s: Situation): RoundState {
  const attempt = openAttempt(s.record, s.me)
  const deadline = deadlineOf(s, attempt)
  const needs = neededFor(s, candidates(s))
  const onClock = (ticks: number) => Math.round(s.now + ticks - s.ticks)
  return {
    round: s.round,
    kind: s.kind,
    attempt,
    phase: phaseOf(s, attempt),
    members: s.study.body.members.map(({ id }) => memberState(s, attempt, id)),
    missing: missingIn(s, attempt),
    needs: needs && { ids: needs.ids, until: onClock(needs.until) },
    deadline: deadline === null ? null : onClock(deadline),
  }
}

function phaseOf(s: Situation, attempt: number): Phase {
  const own = attemptOf(s.record, attempt)
  if (own.certificates.has(s.me) || s.memory.opened.has(attempt)) return 'certifying'
  if (own.reveals.has(s.me)) return 'revealing'
  if (own.acceptances.has(s.me)) return 'exchanging'
  if (s.record.readies.has(s.me) || unableBecause(s, s.me)) return 'ready'
  return s.proposal ? 'computing' : 'proposed'
}

function memberState(s: Situation, attempt: number, id: InstitutionId): MemberState {
  const inability = inabilityOf(s, id)
  if (inability) return { id, state: 'missing', reason: inability }
  const roster = attemptOf(s.record, attempt).rosters[0]
  const asked = roster ? memberIds(roster).has(id) : s.record.readies.has(id)
  // Whoever has given no sign for a moment is waited for, whatever it signed before.
  if (asked)
    return s.expected(id)
      ? { id, state: 'in', reason: null }
      : { id, state: 'waiting', reason: 'unreachable' }
  if (roster?.body.action.do === 'sum') {
    const reason = roster.body.action.absent.find((one) => one.id === id)?.reason ?? 'not-ready'
    return { id, state: 'missing', reason }
  }
  return s.expected(id)
    ? { id, state: 'waiting', reason: null }
    : { id, state: 'missing', reason: 'unreachable' }
}
