import type { Acceptance, Body, Document, Roster } from '#domain/documents.ts'
import { forbids } from '#domain/permission.ts'
import { quorumOf } from '#domain/study.ts'
import type { InstitutionId } from '#domain/values.ts'
import type { Act, Step } from './acts.ts'
import { sumFault } from './allowed.ts'
import { hasRevealed, signersOf } from './decision.ts'
import { abandon } from './giving-up.ts'
import { attemptOf, memberIds, type AttemptRecord } from './record.ts'
import { outcomeOfSum, outcomeOfVoid, seenOf } from './outcomes.ts'
import { rosterToSign } from './signing.ts'
import { absenceOf, contextOf, type Situation } from './situation.ts'

/** Signs the one roster of the attempt that is valid. */
export const agree: Step = (s, attempt) => {
  if (attemptOf(s.record, attempt).acceptances.has(s.me)) return null
  const roster = rosterToSign(s, attempt)
  if (!roster) return null
  const own = roster.body.action
  if (own.do !== 'sum') return { act: 'accept', roster }
  const { contribution } = s.memory
  const able = contribution !== null && typeof contribution !== 'string' && !hasRevealed(s.record, s.me)
  return able && memberIds(roster).has(s.me) && !absenceOf(s, s.me) ? { act: 'accept', roster } : null
}

/** The secure sum, step by step: commit, fetch, reveal, open. */
export const exchange: Step = (s, attempt) => {
  const record = attemptOf(s.record, attempt)
  const roster = acceptedRoster(s, record)
  if (roster?.body.action.do !== 'sum') return null
  const ids = [...memberIds(roster)]
  const ctx = contextOf(roster.body)
  const fits = (body: { ctx: string }) => body.ctx === ctx
  if (!all(ids, record.acceptances, (body: Acceptance) => body.roster === roster.id && fits(body)))
    return null
  if (!record.commitments.has(s.me)) return commit(s, roster)
  const gathering = gather(s, record, ids)
  if (gathering !== 'complete') return gathering
  if (!all(ids, record.commitments, fits)) return null
  if (!record.reveals.has(s.me)) return reveal(s, roster)
  return allRevealed(record, roster) && !s.memory.opened.has(attempt) ? { act: 'open', roster } : null
}

/** Every contribution that was committed to is here, or on its way (null), or is to be fetched. */
function gather(s: Situation, record: AttemptRecord, ids: readonly InstitutionId[]): Act | 'complete' | null {
  const missing = ids
    .flatMap((id) => record.commitments.get(id)?.body.contribution ?? [])
    .filter((hash) => !s.memory.holds(hash))
  const contributions = missing.filter((hash) => !s.memory.fetching(hash))
  if (contributions.length > 0) return { act: 'fetch', contributions }
  return missing.length > 0 ? null : 'complete'
}

/**
 * An attempt that we left, or were not in, while others opened it: its sum is no secret any more, better confirmed than
 * lost, and whoever has opened it needs nobody's word for it.
 */
export const openLate: Step = (s, attempt) => {
  for (let earlier = attempt - 1; earlier >= 0; earlier--) {
    const record = attemptOf(s.record, earlier)
    if (s.memory.opened.has(earlier) || s.memory.broken.has(earlier)) continue
    const roster = acceptedRoster(s, record) ?? joinedRoster(record)
    if (!roster || !allRevealed(record, roster)) continue
    const gathering = gather(s, record, [...memberIds(roster)])
    if (gathering === 'complete') return { act: 'open', roster }
    if (gathering) return gathering
  }
  return null
}

/** The roster that all its members have signed, for those who are not in it. There is one at most, since honest members sign once. */
function joinedRoster(record: AttemptRecord): Document<Roster> | null {
  const joined = (id: InstitutionId, roster: Document<Roster>) =>
    record.every.acceptances.some((one) => one.author === id && one.body.roster === roster.id)
  const found = record.every.rosters.find((roster) => {
    const ids = [...memberIds(roster)]
    return ids.length > 0 && ids.every((id) => joined(id, roster))
  })
  return found ?? null
}

/** Every member has opened its mask, for the very commitments that we hold. */
function allRevealed(record: AttemptRecord, roster: Document<Roster>): boolean {
  const ids = [...memberIds(roster)]
  if (ids.length === 0 || ids.some((id) => !record.reveals.has(id))) return false
  const ctx = contextOf(roster.body)
  const seen = seenOf(record, ids)
  return (
    all(ids, record.commitments, (body) => body.ctx === ctx) &&
    all(ids, record.reveals, (body) => body.ctx === ctx && body.seen === seen)
  )
}

function commit(s: Situation, roster: Document<Roster>): Act {
  const { contribution } = s.memory
  const dataset = contribution !== null && typeof contribution !== 'string' ? contribution.dataset : null
  const forbidden =
    dataset === null || forbids(s.file, { me: s.me, roster, dataset, at: s.now }) || guardForbids(s, roster)
  return forbidden ? abandon(s, roster.body.attempt) : { act: 'commit', roster }
}

function reveal(s: Situation, roster: Document<Roster>): Act {
  return guardForbids(s, roster) ? abandon(s, roster.body.attempt) : { act: 'reveal', roster }
}

/** Another study may have added up the same numbers since we accepted: asked again before each step that cannot be taken back. */
function guardForbids(s: Situation, { body: { action } }: Document<Roster>): string | null {
  return action.do === 'sum' ? sumFault(s, s.me, action.members) : null
}

function acceptedRoster(s: Situation, record: AttemptRecord): Document<Roster> | null {
  const accepted = record.acceptances.get(s.me)?.body.roster
  return record.every.rosters.find((one) => one.id === accepted) ?? null
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

/** Signs what the attempt came to. */
export const certify: Step = (s, attempt) => {
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
  const agreed = record.every.acceptances.filter((one) => one.body.roster === roster.id)
  if (signersOf(s.study.body, agreed) < quorumOf(s.study.body)) return null
  return action.do === 'confirm' ? action.outcome : outcomeOfVoid(roster)
}
