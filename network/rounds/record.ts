import {
  slotOf,
  type Abandon,
  type Acceptance,
  type BodyOf,
  type Certificate,
  type Commitment,
  type Document,
  type DocumentKind,
  type Proposal,
  type Ready,
  type Reveal,
  type Roster,
} from '#domain/documents.ts'
import type { InstitutionId } from '#domain/values.ts'

type ByAuthor<B extends { kind: DocumentKind }> = ReadonlyMap<InstitutionId, Document<B & BodyOf<B['kind']>>>

/** What has been signed in one attempt of a round. Authors who signed two things in one place are left out of that place. */
export interface AttemptRecord {
  readonly rosters: readonly Document<Roster>[]
  readonly acceptances: ByAuthor<Acceptance>
  readonly commitments: ByAuthor<Commitment>
  readonly reveals: ByAuthor<Reveal>
  readonly certificates: ByAuthor<Certificate>
}

/** What has been signed in a round, derived from its documents alone. */
export interface RoundRecord {
  readonly proposal: Document<Proposal> | null
  readonly readies: ByAuthor<Ready>
  /** Every abandon document, several for an author at most one for an attempt. */
  readonly abandons: readonly Document<Abandon>[]
  readonly attempts: ReadonlyMap<number, AttemptRecord>
}

const noAttempt: AttemptRecord = {
  rosters: [],
  acceptances: new Map(),
  commitments: new Map(),
  reveals: new Map(),
  certificates: new Map(),
}

/** The record of an attempt; an empty one where nothing has been signed yet. */
export function attemptOf(record: RoundRecord, attempt: number): AttemptRecord {
  return record.attempts.get(attempt) ?? noAttempt
}

/** Sorts a round's documents by what they are. Order of arrival does not matter, conflicting signatures cancel out. */
export function readRecord(documents: readonly Document[]): RoundRecord {
  const ordered = documents.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const conflicted = conflictedSlots(ordered)
  const attempts = new Map<number, Document[]>()
  for (const document of ordered) {
    if (!('attempt' in document.body)) continue
    const slot = slotOf(document)
    if (slot && conflicted.has(slot) && document.body.kind !== 'abandon') continue
    const list = attempts.get(document.body.attempt) ?? []
    list.push(document)
    attempts.set(document.body.attempt, list)
  }
  return {
    proposal: ofKind(ordered, 'proposal')[0] ?? null,
    readies: byAuthor(ofKind(ordered, 'ready')),
    abandons: ofKind(ordered, 'abandon'),
    attempts: new Map([...attempts].map(([attempt, list]) => [attempt, readAttempt(list)])),
  }
}

function readAttempt(documents: readonly Document[]): AttemptRecord {
  return {
    rosters: ofKind(documents, 'roster'),
    acceptances: byAuthor(ofKind(documents, 'acceptance')),
    commitments: byAuthor(ofKind(documents, 'commitment')),
    reveals: byAuthor(ofKind(documents, 'reveal')),
    certificates: byAuthor(ofKind(documents, 'certificate')),
  }
}

/** Documents of one kind, narrowed to it. */
export function ofKind<K extends DocumentKind>(
  documents: readonly Document[],
  kind: K,
): Document<BodyOf<K>>[] {
  // Safe: the filter compares the very field that tells the kinds apart.
  return documents.filter((one) => one.body.kind === kind) as Document<BodyOf<K>>[]
}

function byAuthor<B extends Document['body']>(
  documents: readonly Document<B>[],
): Map<InstitutionId, Document<B>> {
  return new Map(documents.map((one) => [one.author, one]))
}

function conflictedSlots(documents: readonly Document[]): ReadonlySet<string> {
  const seen = new Set<string>()
  const conflicted = new Set<string>()
  for (const document of documents) {
    const slot = slotOf(document)
    if (!slot) continue
    if (seen.has(slot)) conflicted.add(slot)
    seen.add(slot)
  }
  return conflicted
}
