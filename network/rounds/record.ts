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
  /** Authors who signed two different documents in one place of this attempt. */
  readonly equivocators: ReadonlySet<InstitutionId>
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
  equivocators: new Set(),
}

/** The record of an attempt; an empty one where nothing has been signed yet. */
export function attemptOf(record: RoundRecord, attempt: number): AttemptRecord {
  return record.attempts.get(attempt) ?? noAttempt
}

/** Sorts a round's documents by what they are. Order of arrival does not matter, conflicting signatures cancel out. */
export function readRecord(documents: readonly Document[]): RoundRecord {
  const ordered = documents.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const attempts = Map.groupBy(
    ordered.filter((one) => 'attempt' in one.body),
    (one) => ('attempt' in one.body ? one.body.attempt : 0),
  )
  return {
    proposal: ofKind(ordered, 'proposal')[0] ?? null,
    readies: byAuthor(ofKind(ordered, 'ready')),
    abandons: ofKind(ordered, 'abandon'),
    attempts: new Map([...attempts].map(([attempt, list]) => [attempt, readAttempt(list)])),
  }
}

function readAttempt(all: readonly Document[]): AttemptRecord {
  const conflicted = conflictedSlots(all)
  const documents = all.filter((one) => !conflicted.has(slotOf(one) ?? ''))
  const equivocating = all.filter((one) => one.body.kind !== 'abandon' && conflicted.has(slotOf(one) ?? ''))
  return {
    rosters: ofKind(documents, 'roster'),
    acceptances: byAuthor(ofKind(documents, 'acceptance')),
    commitments: byAuthor(ofKind(documents, 'commitment')),
    reveals: byAuthor(ofKind(documents, 'reveal')),
    certificates: byAuthor(ofKind(documents, 'certificate')),
    equivocators: new Set(equivocating.map((one) => one.author)),
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
