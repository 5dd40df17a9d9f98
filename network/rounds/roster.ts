import { canonical } from '#domain/canonical.ts'
import type { Abandon, Action, Document, Ready, Roster, RosterMember } from '#domain/documents.ts'
import { standingConsent } from '#domain/permission.ts'
import { planHash, quorumOf, smallestRoster } from '#domain/study.ts'
import type { InstitutionId } from '#domain/values.ts'
import { mostAllowed, needlesslyHolds, sumFault } from './allowed.ts'
import { isProven, openedByUs, provenPromises } from './claims.ts'
import { promises } from './decision.ts'
import { outcomeOfSum } from './outcomes.ts'
import { attemptOf, memberIds } from './record.ts'
import { absenceOf, leaderOf, type Situation } from './situation.ts'
import { isBlocked, isStuckBecause, reasonOf, stuckBecause } from './stuck.ts'
import { areUnable, unjudgeable } from './unable.ts'

/** The verdict on a roster: fine, wrong for good, or naming documents that have not arrived yet. */
export type Verdict =
  { readonly ok: true } | { readonly ok: false; readonly pending: boolean; readonly why: string }

const fine: Verdict = { ok: true }
const wrong = (why: string): Verdict => ({ ok: false, pending: false, why })
const pending = (why: string): Verdict => ({ ok: false, pending: true, why })

/** Members whose ready documents fit this round and whose consent covers it, in the study's order. */
export function candidates(s: Situation): RosterMember[] {
  return s.study.body.members.flatMap(({ id }) => {
    const ready = s.record.readies.get(id)?.find((one) => readyFault(s, one) === null)
    return ready ? [{ id, ready: ready.id, weight: ready.body.weight }] : []
  })
}

function readyFault(s: Situation, ready: Document<Ready>): string | null {
  const { body, author } = ready
  if (body.roundKind !== s.kind || body.base !== s.base) return 'ready for something else'
  const absence = absenceOf(s, author)
  if (absence) return absence
  const consent = standingConsent(s.file, author)
  if (body.consent !== consent?.id) return 'ready under another consent'
  const { grant } = consent.body
  if (grant?.weight !== body.weight || grant.dataset !== body.dataset)
    return 'ready with what was not approved'
  return outsideRules(s, body)
}

function outsideRules(s: Situation, body: Ready): string | null {
  if (!body.inputs) return 'ready without saying what its numbers depend on'
  return s.study.body.rules.weightBands.includes(body.weight) ? null : 'a weight outside the declared bands'
}

/** The decision that the leader of an attempt puts to the others, or null while it cannot yet. */
export function makeRoster(s: Situation, attempt: number): Roster | null {
  const because = attempt === 0 ? [] : [...provenPromises(s, attempt - 1).values()]
  if (attempt > 0 && because.length < quorumOf(s.study.body)) return null
  const action = chooseAction(s, attempt, because)
  if (!action) return null
  return {
    kind: 'roster',
    study: s.study.id,
    round: s.round,
    attempt,
    version: s.study.body.version,
    roundKind: s.kind,
    base: s.base,
    planHash: planHash(s.study.body),
    action,
    because: because.map((one) => one.id).toSorted(),
    ...(s.trial ? { votes: [...s.votes] } : {}),
  }
}

function chooseAction(s: Situation, attempt: number, because: readonly Document<Abandon>[]): Action | null {
  const forced = forcedAction(because)
  if (forced?.do === 'void') return recoverable(s, because) ?? forced
  if (forced) return forced
  const stuck = stuckBecause(s, candidates(s))
  if (stuck) return { do: 'void', absent: stuck }
  const ready = willing(s, attempt, because)
  const members = mostAllowed(s, ready)
  if (members) {
    const { length, bound } = s.shape
    return { do: 'sum', members: [...members], absent: absentees(s, members), length, bound }
  }
  return s.proposal && tooFew(s, attempt, ready)
}

/** Void where too few can ever take part; else, after the first attempt, so that the next round begins with whoever is ready then. */
function tooFew(s: Situation, attempt: number, ready: readonly RosterMember[]): Action | null {
  const absent = unjudgeable(s)
  if (absent) return { do: 'void', absent }
  // Another round would need the same members: they are waited for in this one.
  if (attempt === 0 || isBlocked(s, ready)) return null
  const computed = s.memory.mark(`proposal ${s.round}`) + s.study.body.rules.pace.compute
  return s.ticks >= computed ? { do: 'void' } : null
}

/** The ready who have not left this attempt, and of a later one those who promised to come along. */
function willing(s: Situation, attempt: number, because: readonly Document<Abandon>[]): RosterMember[] {
  const alive = new Set(because.map((one) => one.author))
  const left = promises(s.study.body, s.record, attempt)
  return candidates(s).filter(({ id }) => !left.has(id) && (attempt === 0 || alive.has(id)))
}

/** What the promises leave no choice about: confirm what someone certified, else void what someone revealed. */
function forcedAction(because: readonly Document<Abandon>[]): Action | null {
  const certified = because
    .flatMap((one) => (one.body.certified ? [one.body.certified] : []))
    .toSorted((a, b) => b.attempt - a.attempt)[0]
  if (certified) return { do: 'confirm', outcome: certified.outcome }
  return because.some((one) => one.body.revealed) ? { do: 'void' } : null
}

/** The sum that we opened ourselves and that a quorum of those who promised can have opened too: better than a void round. */
function recoverable(s: Situation, because: readonly Document<Abandon>[]): Action | null {
  for (const [attempt, opened] of s.memory.opened) {
    const roster = attemptOf(s.record, attempt).every.rosters.find((one) => one.id === opened.roster)
    if (!roster) continue
    const ids = memberIds(roster)
    if (because.filter((one) => ids.has(one.author)).length < quorumOf(s.study.body)) continue
    return { do: 'confirm', outcome: outcomeOfSum(roster, opened) }
  }
  return null
}

function absentees(s: Situation, members: readonly RosterMember[]) {
  const present = new Set<InstitutionId>(members.map((one) => one.id))
  return s.study.body.members
    .filter((one) => !present.has(one.id))
    .map(({ id }) => ({ id, reason: reasonOf(s, id, candidates(s)) }))
}

/** Judges a roster against what this member itself holds. Never trusts the leader with anything but the choice among the ready. */
export function checkRoster(s: Situation, roster: Document<Roster>): Verdict {
  const { body } = roster
  if (roster.author !== leaderOf(s, body.attempt)) return wrong('not its turn')
  if (body.version !== s.study.body.version || body.planHash !== planHash(s.study.body))
    return wrong('another plan')
  const because = body.because.map((id) => s.record.abandons.find((one) => one.id === id))
  if (because.includes(undefined)) return pending('promises unknown')
  const known = because.filter((one) => one !== undefined)
  const reasons = becauseFault(s, body, known)
  if (reasons) return wrong(reasons)
  if (!known.every((one) => isProven(s, one))) return pending('a promise claims what nobody has proven yet')
  return checkAction(s, body, known)
}

function checkAction(s: Situation, body: Roster, because: readonly Document<Abandon>[]): Verdict {
  const { action } = body
  const forced = forcedAction(because)
  if (action.do === 'confirm' && forced?.do !== 'confirm') {
    // Nothing was certified, so any outcome is safe to propose; we sign only what we have opened ourselves.
    return openedByUs(s, action.outcome) ? fine : pending('confirms what we have not opened')
  }
  if (forced && canonical(forced) !== canonical(action))
    return wrong('ignores what was certified or revealed')
  return action.do === 'confirm' || isRepeated(action) ? fine : checkMembers(s, body, action, because)
}

/** Who adds up, or why too few can: both rest on where the round starts from. */
function checkMembers(
  s: Situation,
  body: Roster,
  action: Exclude<Action, { do: 'confirm' }>,
  because: readonly Document<Abandon>[],
): Verdict {
  // Where votes decide, members may know of others for a while.
  if (!startsWhereWeDo(s, body)) return s.trial ? pending('another base') : wrong('another base')
  if (action.do === 'sum') return checkSum(s, body.attempt, action, because)
  const { absent = [] } = action
  const isBorneOut = areUnable(s, absent) || isStuckBecause(s, candidates(s), absent)
  return isBorneOut ? fine : pending('who cannot take part is not known here')
}

/** Whether an action is to void a round that is then repeated, which needs no reason. */
function isRepeated(action: Action): boolean {
  return action.do === 'void' && action.absent === undefined
}

function becauseFault(s: Situation, body: Roster, because: readonly Document<Abandon>[]): string | null {
  if (body.attempt === 0)
    return because.length > 0 || body.action.do === 'confirm' || isRepeated(body.action)
      ? 'a first attempt adds up, or tells why that can never be'
      : null
  const authors = new Set(because.map((one) => one.author))
  const members = new Set<InstitutionId>(s.study.body.members.map((one) => one.id))
  if (authors.size !== because.length || because.some((one) => !members.has(one.author)))
    return 'a promise twice'
  if (because.some((one) => one.body.attempt < body.attempt - 1)) return 'a promise for too early an attempt'
  return authors.size < quorumOf(s.study.body) ? 'too few promises' : null
}

type Sum = Extract<Action, { do: 'sum' }>

function checkSum(
  s: Situation,
  attempt: number,
  action: Sum,
  because: readonly Document<Abandon>[],
): Verdict {
  if (action.length !== s.shape.length || action.bound !== s.shape.bound) return wrong('another shape')
  if (action.members.length < smallestRoster(s.study.body)) return wrong('too few members')
  if (!inOrder(s, action)) return wrong('out of order')
  const alive = new Set(because.map((one) => one.author))
  if (attempt > 0 && action.members.some((one) => !alive.has(one.id))) {
    return wrong('a member that made no promise')
  }
  const bad = action.members.map((one) => checkMember(s, one)).find((one) => !one.ok)
  if (bad) return bad
  return checkOthers(s, action)
}

/** Whom a sum adds up with us, and whom it leaves out. What speaks against it may still change by what arrives. */
function checkOthers(s: Situation, { members }: Sum): Verdict {
  const isIn = members.some((one) => one.id === s.me)
  const fault = isIn ? sumFault(s, s.me, members) : null
  if (fault) return pending(fault)
  return needlesslyHolds(s, members) ? pending('holds a member that kept its mask closed') : fine
}

function startsWhereWeDo(s: Situation, { base, roundKind, votes = [] }: Roster): boolean {
  return roundKind === s.kind && base === s.base && votes.join() === s.votes.join()
}

/** Members stand in the study's order, each once. */
function inOrder(s: Situation, action: Sum): boolean {
  const order = s.study.body.members.map((one) => one.id)
  const places = action.members.map((one) => order.indexOf(one.id))
  return places.every((place, i) => place > (places[i - 1] ?? -1))
}

function checkMember(s: Situation, member: RosterMember): Verdict {
  const ready = s.record.readies.get(member.id)?.find((one) => one.id === member.ready)
  if (!ready) return pending('a ready document is unknown')
  if (member.weight !== ready.body.weight) return wrong('another weight')
  const fault = readyFault(s, ready)
  if (!fault) return fine
  return fault === 'no-consent' ? pending(fault) : wrong(fault)
}
