import { canonical } from '#domain/canonical.ts'
import type { Abandon, Document } from '#domain/documents.ts'
import type { Decided } from '#domain/round.ts'
import { quorumOf, type Study } from '#domain/study.ts'
import type { InstitutionId } from '#domain/values.ts'
import { attemptOf, type RoundRecord } from './record.ts'

export type Decision = Pick<Decided, 'attempt' | 'outcome'>

/**
 * What a round has come to, or null while it is open: a quorum of members certified the same outcome in the same attempt.
 * Attempts are the ballots of single-decree Paxos (Lamport 1998): a certificate accepts, an abandon promises, so two
 * different outcomes can never both be decided.
 */
export function decisionOf(study: Study, record: RoundRecord): Decision | null {
  const quorum = quorumOf(study)
  for (const [attempt, { every }] of record.attempts) {
    if (every.certificates.length < quorum) continue
    const tally = Map.groupBy(every.certificates, (one) => canonical(one.body.outcome))
    const winner = [...tally.values()].find((list) => signersOf(study, list) >= quorum)
    if (winner?.[0]) return { attempt, outcome: winner[0].body.outcome }
  }
  return null
}

/**
 * How many members signed these. Whoever signed others in the same place counts as well: two quorums share a member that
 * signs once, and a quorum that one member has seen must be one for all.
 */
export function signersOf(study: Study, documents: readonly Document[]): number {
  const authors = new Set(documents.map((one) => one.author))
  return study.members.filter((one) => authors.has(one.id)).length
}

/** For each member that promised to stay out of an attempt and all before it, the promise that tells most of those that count. */
export function promises(
  study: Study,
  record: RoundRecord,
  attempt: number,
  counts: (promise: Document<Abandon>) => boolean = () => true,
): Map<InstitutionId, Document<Abandon>> {
  const members = new Set<InstitutionId>(study.members.map((one) => one.id))
  const found = new Map<InstitutionId, Document<Abandon>>()
  for (const document of record.abandons) {
    if (document.body.attempt < attempt || !members.has(document.author) || !counts(document)) continue
    const known = found.get(document.author)
    if (!known || weightOfPromise(document.body) > weightOfPromise(known.body))
      found.set(document.author, document)
  }
  return found
}

function weightOfPromise(body: Abandon): number {
  return (body.certified ? 2 + body.certified.attempt : 0) + (body.revealed ? 1 : 0)
}

/** The lowest attempt in which a member may still sign: one after the last that it abandoned. */
export function openAttempt(record: RoundRecord, member: InstitutionId): number {
  const own = record.abandons.filter((one) => one.author === member)
  return own.reduce((next, one) => Math.max(next, one.body.attempt + 1), 0)
}

/** What a member last certified in a round, for its promise. */
export function lastCertified(record: RoundRecord, member: InstitutionId): Abandon['certified'] {
  const attempts = [...record.attempts.keys()].toSorted((a, b) => b - a)
  for (const attempt of attempts) {
    const own = attemptOf(record, attempt).certificates.get(member)
    if (own) return { attempt, outcome: own.body.outcome }
  }
  return null
}

/** Whether a member ever revealed its mask seed in a round: its update is spent. */
export function hasRevealed(record: RoundRecord, member: InstitutionId): boolean {
  return [...record.attempts.values()].some((one) => one.reveals.has(member))
}
