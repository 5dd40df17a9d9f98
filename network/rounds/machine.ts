import type {
  Abandon,
  Acceptance,
  Body,
  Certificate,
  Document,
  Proposal,
  Ready,
  Roster,
} from '#domain/documents.ts'
import { forbids, standingConsent } from '#domain/permission.ts'
import { planHash, quorumOf, smallestRoster } from '#domain/study.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import { decisionOf, hasRevealed, lastCertified, openAttempt, promises, type Decision } from './decision.ts'
import { attemptOf, type AttemptRecord } from './record.ts'
import { candidates, checkRoster, makeRoster, outcomeOfSum, rosterToSign } from './roster.ts'
import { absenceOf, contextOf, leaderOf, mayBegin, type Situation } from './situation.ts'
import { memberIds } from './static-inputs.ts'

/** What a member does next in a round. Each act is followed by another look at the situation. */
export type Act =
  | { readonly act: 'settle'; readonly decision: Decision }
  | { readonly act: 'compute' }
  /** Sign and publish a document that binds to nothing held in memory. */
  | {
      readonly act: 'sign'
      readonly body: Proposal | Ready | Roster | Abandon | Omit<Certificate, 'auditHead'>
    }
  /** Make fresh keys, write down and sign the acceptance of this roster. */
  | { readonly act: 'accept'; readonly roster: Document<Roster> }
  /** Mask our contribution, fix and publish it. */
  | { readonly act: 'commit'; readonly roster: Document<Roster> }
  | { readonly act: 'fetch'; readonly contributions: readonly Hash[] }
  | { readonly act: 'reveal'; readonly roster: Document<Roster> }
  | { readonly act: 'open'; readonly roster: Document<Roster> }
  /** Nothing to do before this tick, or before a document arrives (null). */
  | { readonly act: 'wait'; readonly until: number | null }

type Step = (s: Situation, attempt: number) => Act | null

/** What this member does next: a pure function of what is signed, what it remembers and what time it is. */
export function nextAct(s: Situation): Act {
  const decision = decisionOf(s.study.body, s.record)
  if (decision) return { act: 'settle', decision }
  const attempt = openAttempt(s.record, s.me)
  // Giving up comes first: a member that was asleep past its deadline must not finish what others have left.
  for (const step of [giveUp, openLate, propose, compute, announceReady, lead, agree, exchange, certify]) {
    const act = step(s, attempt)
    if (act) return act
  }
  return { act: 'wait', until: deadlineOf(s, attempt) }
}

const giveUp: Step = (s, attempt) => {
  const others = promises(s.study.body, s.record, attempt)
  if (others.size >= quorumOf(s.study.body))
    return abandon(s, Math.max(attempt, lowestOf([...others.values()])))
  const deadline = deadlineOf(s, attempt)
  if ((deadline !== null && s.ticks >= deadline) || s.memory.broken.has(attempt)) return abandon(s, attempt)
  const roster = seenRoster(s, attempt)
  if (!roster || s.memory.opened.has(attempt)) return null
  const ids = memberIds(roster)
  if (ids.has(s.me) && [...others.keys()].some((id) => ids.has(id))) return abandon(s, attempt)
  // Accepted by an earlier life of this process: its keys are gone, so it says so at once.
  const own = attemptOf(s.record, attempt)
  const dead = own.acceptances.has(s.me) && !own.reveals.has(s.me) && s.memory.secrets?.roster !== roster.id
  return dead && roster.body.action.do === 'sum' ? abandon(s, attempt) : null
}

function lowestOf(documents: readonly Document<Abandon>[]): number {
  return Math.min(...documents.map((one) => one.body.attempt))
}

function abandon(s: Situation, attempt: number): Act {
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

/** Whom this member waits for in an attempt: who has not taken the step that most others have. */
export function missingIn(s: Situation, attempt: number): InstitutionId[] {
  const roster = seenRoster(s, attempt)
  if (!roster) return s.record.readies.size === 0 || attempt > 0 ? [leaderOf(s, attempt)] : []
  const record = attemptOf(s.record, attempt)
  const ids = [...memberIds(roster)]
  const stages = [record.acceptances, record.commitments, record.reveals, record.certificates]
  const stage = stages.find((one) => ids.some((id) => !one.has(id)))
  return stage ? ids.filter((id) => !stage.has(id)) : []
}

function seenRoster(s: Situation, attempt: number): Document<Roster> | null {
  const accepted = attemptOf(s.record, attempt).acceptances.get(s.me)?.body.roster
  const rosters = attemptOf(s.record, attempt).rosters
  return rosters.find((one) => one.id === accepted) ?? rosters.find((one) => checkRoster(s, one).ok) ?? null
}

/** When this member gives an attempt up (ticks), or null while it only waits for members to get ready. */
export function deadlineOf(s: Situation, attempt: number): number | null {
  const { pace } = s.study.body.rules
  const { mark } = s.memory
  const name = `${s.round}/${attempt}`
  if (seenRoster(s, attempt)) return mark(`roster ${name}`) + pace.exchange
  const begun = turnBegan(s, attempt)
  if (begun === null) return null
  if (!s.record.proposal) return begun + pace.exchange
  const computed = mark(`proposal ${s.round}`) + pace.compute
  if (!enoughFor(s, attempt)) return attempt === 0 ? null : Math.max(begun, computed) + pace.exchange
  return Math.max(begun, attempt === 0 ? computed : 0, mark(`enough ${name}`)) + pace.exchange
}

/** When an attempt's leader could first act: the round may begin, or a quorum has promised to leave the attempt before. */
function turnBegan(s: Situation, attempt: number): number | null {
  const open =
    attempt === 0 ? mayBegin(s) : promises(s.study.body, s.record, attempt - 1).size >= quorumOf(s.study.body)
  return open ? s.memory.mark(`turn ${s.round}/${attempt}`) : null
}

function enoughFor(s: Situation, attempt: number): boolean {
  const alive = attempt === 0 ? null : promises(s.study.body, s.record, attempt - 1)
  return candidates(s).filter((one) => !alive || alive.has(one.id)).length >= smallestRoster(s.study.body)
}

const propose: Step = (s, attempt) => {
  if (s.record.proposal || s.paused || leaderOf(s, attempt) !== s.me || !mayBegin(s)) return null
  const body: Proposal = {
    kind: 'proposal',
    study: s.study.id,
    round: s.round,
    roundKind: s.kind,
    planHash: planHash(s.study.body),
    base: s.base,
    proposedAt: s.now,
  }
  return { act: 'sign', body }
}

const compute: Step = (s) => {
  const { proposal } = s.record
  if (!proposal || s.paused || s.memory.contribution !== null || absenceOf(s, s.me)) return null
  if (proposal.body.planHash !== planHash(s.study.body) || proposal.body.base !== s.base) return null
  return { act: 'compute' }
}

const announceReady: Step = (s) => {
  const own = s.memory.contribution
  if (own === null || typeof own === 'string' || s.paused || absenceOf(s, s.me)) return null
  const consent = standingConsent(s.file, s.me)
  const announced = s.record.readies.get(s.me)
  if (!consent || announced?.body.consent === consent.id) return null
  const { study, round, kind: roundKind, base } = s
  const { dataset, weight } = own
  const body: Ready = {
    kind: 'ready',
    study: study.id,
    round,
    roundKind,
    base,
    consent: consent.id,
    dataset,
    weight,
  }
  return { act: 'sign', body }
}

const lead: Step = (s, attempt) => {
  if (leaderOf(s, attempt) !== s.me || attemptOf(s.record, attempt).rosters.length > 0) return null
  if (attempt === 0 ? !readyEnough(s) : !promisedEnough(s, attempt)) return null
  const body = makeRoster(s, attempt)
  return body && { act: 'sign', body }
}

function readyEnough(s: Situation): boolean {
  const { proposal } = s.record
  const ready = new Set(candidates(s).map((one) => one.id))
  if (!proposal || ready.size < smallestRoster(s.study.body)) return false
  const late = s.study.body.members.filter(({ id }) => !ready.has(id) && !absenceOf(s, id) && s.expected(id))
  const over = s.ticks >= s.memory.mark(`proposal ${s.round}`) + s.study.body.rules.pace.compute
  return late.length === 0 || over
}

/** A quorum has promised, and the rest had a short while to follow. */
function promisedEnough(s: Situation, attempt: number): boolean {
  const { members, rules } = s.study.body
  const count = promises(s.study.body, s.record, attempt - 1).size
  if (count < quorumOf(s.study.body)) return false
  const grace = Math.min(1000, rules.pace.exchange / 5)
  return count === members.length || s.ticks >= s.memory.mark(`turn ${s.round}/${attempt}`) + grace
}

const agree: Step = (s, attempt) => {
  if (attemptOf(s.record, attempt).acceptances.has(s.me)) return null
  const roster = rosterToSign(s, attempt)
  if (!roster) return null
  const own = roster.body.action
  if (own.do !== 'sum') return { act: 'accept', roster }
  const { contribution } = s.memory
  const able = contribution !== null && typeof contribution !== 'string' && !hasRevealed(s.record, s.me)
  return able && memberIds(roster).has(s.me) && !absenceOf(s, s.me) ? { act: 'accept', roster } : null
}

const exchange: Step = (s, attempt) => {
  const record = attemptOf(s.record, attempt)
  const roster = acceptedRoster(s, record)
  if (!roster || roster.body.action.do !== 'sum') return null
  const ids = [...memberIds(roster)]
  const ctx = contextOf(roster.body)
  if (!all(ids, record.acceptances, (body: Acceptance) => body.roster === roster.id && body.ctx === ctx))
    return null
  if (!record.commitments.has(s.me)) return commit(s, roster)
  const missing = ids
    .flatMap((id) => record.commitments.get(id)?.body.contribution ?? [])
    .filter((hash) => !s.memory.holds(hash))
  const wanted = missing.filter((hash) => !s.memory.fetching(hash))
  if (wanted.length > 0) return { act: 'fetch', contributions: wanted }
  if (missing.length > 0 || !all(ids, record.commitments, (body) => body.ctx === ctx)) return null
  if (!record.reveals.has(s.me)) return { act: 'reveal', roster }
  if (!all(ids, record.reveals, (body) => body.ctx === ctx) || s.memory.opened.has(attempt)) return null
  return { act: 'open', roster }
}

/** An attempt that we left while others finished it: its sum is no secret any more, and better confirmed than lost. */
const openLate: Step = (s, attempt) => {
  for (let earlier = attempt - 1; earlier >= 0; earlier--) {
    const record = attemptOf(s.record, earlier)
    const roster = acceptedRoster(s, record)
    if (!roster || s.memory.opened.has(earlier) || s.memory.broken.has(earlier)) continue
    const ids = [...memberIds(roster)]
    const ctx = contextOf(roster.body)
    const held = ids.every((id) => s.memory.holds(record.commitments.get(id)?.body.contribution ?? ''))
    if (ids.length > 0 && held && all(ids, record.reveals, (body) => body.ctx === ctx))
      return { act: 'open', roster }
  }
  return null
}

function commit(s: Situation, roster: Document<Roster>): Act {
  const { contribution } = s.memory
  const dataset = contribution !== null && typeof contribution !== 'string' ? contribution.dataset : null
  const forbidden = dataset === null || forbids(s.file, { me: s.me, roster, dataset, at: s.now })
  return forbidden ? abandon(s, roster.body.attempt) : { act: 'commit', roster }
}

function acceptedRoster(s: Situation, record: AttemptRecord): Document<Roster> | null {
  const accepted = record.acceptances.get(s.me)?.body.roster
  return record.rosters.find((one) => one.id === accepted) ?? null
}

function all<B extends Body>(
  ids: readonly InstitutionId[],
  documents: ReadonlyMap<InstitutionId, Document<B>>,
  fits: (body: B) => boolean,
): boolean {
  return ids.every((id) => {
    const found = documents.get(id)
    return found !== undefined && fits(found.body)
  })
}

const certify: Step = (s, attempt) => {
  const record = attemptOf(s.record, attempt)
  const roster = acceptedRoster(s, record)
  if (!roster || record.certificates.has(s.me)) return null
  const outcome = outcomeOf(s, attempt, record, roster)
  if (!outcome) return null
  return { act: 'sign', body: { kind: 'certificate', study: s.study.id, round: s.round, attempt, outcome } }
}

function outcomeOf(s: Situation, attempt: number, record: AttemptRecord, roster: Document<Roster>) {
  const { action } = roster.body
  if (action.do === 'sum') {
    const opened = s.memory.opened.get(attempt)
    return opened ? outcomeOfSum(roster, opened) : null
  }
  const agreed = [...record.acceptances.values()].filter((one) => one.body.roster === roster.id).length
  if (agreed < quorumOf(s.study.body)) return null
  return action.do === 'confirm' ? action.outcome : { result: 'void' as const }
}
