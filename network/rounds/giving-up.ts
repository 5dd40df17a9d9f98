import type { Abandon, Document, Roster } from '#domain/documents.ts'
import { quorumOf, smallestRoster } from '#domain/study.ts'
import type { InstitutionId } from '#domain/values.ts'
import type { Act, Step } from './acts.ts'
import { hasRevealed, lastCertified, openAttempt, promises } from './decision.ts'
import { provenPromises } from './claims.ts'
import { attemptOf, memberIds } from './record.ts'
import { mostAllowed } from './allowed.ts'
import { candidates, checkRoster } from './roster.ts'
import { leavesOut } from './signing.ts'
import { stuckBecause } from './stuck.ts'
import { absenceOf, leaderOf, mayBegin, type Situation } from './situation.ts'
import { inabilityOf, unjudgeable } from './unable.ts'

/** Leaves an attempt that can come to nothing, or whose time is over. */
export const giveUp: Step = (s, attempt) => {
  const others = promises(s.study.body, s.record, attempt)
  if (others.size >= quorumOf(s.study.body)) {
    return abandon(s, Math.max(attempt, Math.min(...[...others.values()].map((one) => one.body.attempt))))
  }
  const deadline = deadlineOf(s, attempt)
  const over = deadline !== null && s.ticks >= deadline
  const isLost =
    hopeless(s, attempt) ||
    leavesOut(s, attempt) ||
    unfinishable(s, attempt, others) ||
    outOfReach(s, attempt, others)
  return over || isLost ? abandon(s, attempt) : null
}

/**
 * Too few can still take part in the first attempt. It has no deadline while members get ready; but where votes came late,
 * some are ready for another model, or have left, and those who are not would wait for them for ever.
 */
function outOfReach(s: Situation, attempt: number, others: ReadonlyMap<InstitutionId, unknown>): boolean {
  if (attempt > 0 || !s.proposal || seenRoster(s, attempt)) return false
  const ids = s.study.body.members.map((one) => one.id)
  const here = ids.filter((id) => !others.has(id) && !isReadyElsewhere(s, id))
  const able = here.filter((id) => !inabilityOf(s, id))
  return here.length < ids.length && able.length < smallestRoster(s.study.body) && !unjudgeable(s)
}

/** A member stays with what it is ready for, until the round is decided. */
function isReadyElsewhere({ record, kind, base }: Situation, id: InstitutionId): boolean {
  const readies = record.readies.get(id) ?? []
  return readies.length > 0 && readies.every(({ body }) => body.roundKind !== kind || body.base !== base)
}

/** A sum that we are in cannot be finished any more: another of its members left, we may not, or our keys are gone. */
function unfinishable(s: Situation, attempt: number, others: ReadonlyMap<InstitutionId, unknown>): boolean {
  const roster = seenRoster(s, attempt)
  if (!roster || s.memory.opened.has(attempt) || !memberIds(roster).has(s.me)) return false
  if ([...memberIds(roster)].some((id) => others.has(id))) return true
  const own = attemptOf(s.record, attempt)
  if (own.reveals.has(s.me)) return false
  // Accepted by an earlier life of this process: its keys are gone, so it says so at once.
  const forgotten = own.acceptances.has(s.me) && s.memory.secrets?.roster !== roster.id
  return forgotten || absenceOf(s, s.me) !== null
}

/** The attempt does not add up, or a copy of our own home has signed in our name. */
function hopeless(s: Situation, attempt: number): boolean {
  return s.memory.broken.has(attempt) || attemptOf(s.record, attempt).equivocators.has(s.me)
}

/** This member's promise to sign nothing more in an attempt and all before it. */
export function abandon(s: Situation, attempt: number): Act {
  const body: Abandon = {
    kind: 'abandon',
    study: s.study.id,
    round: s.round,
    attempt,
    revealed: hasRevealed(s.record, s.me),
    certified: lastCertified(s.record, s.me),
    missing: missingIn(s, attempt),
  }
  return { act: 'sign', body }
}

/**
 * Says of the last attempt that we committed to, when the round is decided otherwise, that our mask stays closed. Until we do,
 * others must take it that somebody may hold our mask, and can add up the same numbers with us alone.
 */
export function keepClosed(s: Situation): Act | null {
  const open = [...s.record.attempts].flatMap(([attempt, { commitments, every }]) =>
    commitments.has(s.me) && !every.reveals.some((one) => one.author === s.me) ? [attempt] : [],
  )
  const last = Math.max(-1, ...open)
  return last < openAttempt(s.record, s.me) ? null : abandon(s, last)
}

/** Whom this member waits for in an attempt: who has not taken the step that most others have. */
export function missingIn(s: Situation, attempt: number): InstitutionId[] {
  const roster = seenRoster(s, attempt)
  if (!roster) return s.record.readies.size === 0 || attempt > 0 ? [leaderOf(s, attempt)] : []
  const { acceptances, commitments, reveals, certificates } = attemptOf(s.record, attempt)
  const gave = (id: InstitutionId) => s.memory.holds(commitments.get(id)?.body.contribution ?? '')
  const stages = [acceptances, commitments, { has: gave }, reveals, certificates]
  const ids = [...memberIds(roster)]
  const stage = stages.find((one) => ids.some((id) => !one.has(id)))
  return stage ? ids.filter((id) => !stage.has(id)) : []
}

function seenRoster(s: Situation, attempt: number): Document<Roster> | null {
  const accepted = attemptOf(s.record, attempt).acceptances.get(s.me)?.body.roster
  const { rosters, every } = attemptOf(s.record, attempt)
  const ours = every.rosters.find((one) => one.id === accepted)
  return ours ?? rosters.find((one) => checkRoster(s, one).ok) ?? null
}

/** After so many attempts that failed each gets twice the time of those before, and no more than so many times the study's. */
const ATTEMPTS_ALIKE = 2
const MOST_TIMES = 8
/** Void rounds among so many before count like attempts that failed. */
const ROUNDS_BACK = 10

/**
 * The time of one attempt at the sum: what the study gives, and more once attempts have failed, be it in this round or in
 * those before it that came to nothing. Where everybody is slower than the study thought, a fixed time would repeat
 * attempts, or void rounds, for ever.
 */
function timeFor({ study, history }: Situation, attempt: number): number {
  const voids = history.slice(-ROUNDS_BACK).filter((one) => one.outcome.result === 'void').length
  const times = 2 ** Math.floor((attempt + voids) / ATTEMPTS_ALIKE)
  return study.body.rules.pace.exchange * Math.min(MOST_TIMES, times)
}

/** When this member gives an attempt up (ticks), or null while it only waits for members to get ready. */
export function deadlineOf(s: Situation, attempt: number): number | null {
  const { pace } = s.study.body.rules
  const { mark } = s.memory
  const name = `${s.round}/${attempt}`
  const exchange = timeFor(s, attempt)
  if (seenRoster(s, attempt)) return mark(`roster ${name}`) + exchange
  const begun = turnBegan(s, attempt)
  if (begun === null) return null
  if (!s.proposal) return begun + exchange
  const computed = mark(`proposal ${s.round}`) + pace.compute
  if (!enoughFor(s, attempt)) return attempt === 0 ? null : Math.max(begun, computed) + exchange
  return Math.max(begun, attempt === 0 ? computed : 0, mark(`enough ${name}`)) + exchange
}

/** When an attempt's leader could first act: the round may begin, or a quorum has promised to leave the attempt before. */
function turnBegan(s: Situation, attempt: number): number | null {
  const open =
    attempt === 0 ? mayBegin(s) : promises(s.study.body, s.record, attempt - 1).size >= quorumOf(s.study.body)
  return open ? s.memory.mark(`turn ${s.round}/${attempt}`) : null
}

/** Whether the leader of an attempt has what it needs: members for a sum, or the proof that there will never be enough. */
function enoughFor(s: Situation, attempt: number): boolean {
  if (unjudgeable(s) || stuckBecause(s, candidates(s))) return true
  const alive = attempt === 0 ? null : provenPromises(s, attempt - 1)
  return (
    mostAllowed(
      s,
      candidates(s).filter((one) => !alive || alive.has(one.id)),
    ) !== null
  )
}
