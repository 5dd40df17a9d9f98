import type {
  Abandon,
  Acceptance,
  Body,
  BodyOf,
  Certificate,
  Commitment,
  Document,
  DocumentKind,
  Proposal,
  Ready,
  Reveal,
  Roster,
  Unable,
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
  /** Everything of these kinds, conflicting ones too: what counts quorums, and what others have built on. */
  readonly every: {
    readonly rosters: readonly Document<Roster>[]
    readonly acceptances: readonly Document<Acceptance>[]
    readonly reveals: readonly Document<Reveal>[]
    readonly certificates: readonly Document<Certificate>[]
  }
  /** Authors who signed two different documents in one place of this attempt. */
  readonly equivocators: ReadonlySet<InstitutionId>
}

/** What has been signed in a round, derived from its documents alone. */
export interface RoundRecord {
  /** In the order of their ids. */
  readonly proposals: readonly Document<Proposal>[]
  /** All that each author signed: it may get ready again under another consent. */
  readonly readies: ReadonlyMap<InstitutionId, readonly Document<Ready>[]>
  /** Who said that it has too few rows for this round. */
  readonly unables: readonly Document<Unable>[]
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
  every: { rosters: [], acceptances: [], reveals: [], certificates: [] },
  equivocators: new Set(),
}

/** The record of an attempt; an empty one where nothing has been signed yet. */
export function attemptOf(record: RoundRecord, attempt: number): AttemptRecord {
  return record.attempts.get(attempt) ?? noAttempt
}

/** Sorts a round's documents by what they are. Order of arrival does not matter, conflicting signatures cancel out. */
export function readRecord(documents: readonly Document[]): RoundRecord {
  const attempts = new Map<number, Document[]>()
  for (const document of documents) {
    if (!('attempt' in document.body)) continue
    const list = attempts.get(document.body.attempt)
    if (list) list.push(document)
    else attempts.set(document.body.attempt, [document])
  }
  return {
    proposals: inOrder(ofKind(documents, 'proposal')),
    readies: Map.groupBy(inOrder(ofKind(documents, 'ready')), (one) => one.author),
    unables: ofKind(documents, 'unable'),
    abandons: inOrder(ofKind(documents, 'abandon')),
    attempts: new Map([...attempts].map(([attempt, list]) => [attempt, readAttempt(list)])),
  }
}

function inOrder<B extends Body>(documents: readonly Document<B>[]): Document<B>[] {
  return documents.toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

/** One pass, since a round is read again at every arrival: each kind by author, and whoever signed one kind twice is out of it. */
function readAttempt(documents: readonly Document[]): AttemptRecord {
  const places = new Map<DocumentKind, Map<InstitutionId, Document>>()
  const twice = new Map<DocumentKind, Set<InstitutionId>>()
  for (const document of documents) {
    const { author, body } = document
    const place = places.get(body.kind) ?? new Map<InstitutionId, Document>()
    if (place.has(author)) twice.set(body.kind, (twice.get(body.kind) ?? new Set()).add(author))
    else places.set(body.kind, place.set(author, document))
  }
  for (const [kind, authors] of twice) for (const author of authors) places.get(kind)?.delete(author)
  twice.delete('abandon')
  // Safe: each place holds documents of its own kind alone.
  const ofPlace = <K extends DocumentKind>(kind: K) =>
    (places.get(kind) ?? new Map()) as ReadonlyMap<InstitutionId, Document<BodyOf<K>>>
  return {
    rosters: inOrder([...ofPlace('roster').values()]),
    acceptances: ofPlace('acceptance'),
    commitments: ofPlace('commitment'),
    reveals: ofPlace('reveal'),
    certificates: ofPlace('certificate'),
    every: {
      rosters: inOrder(ofKind(documents, 'roster')),
      acceptances: ofKind(documents, 'acceptance'),
      reveals: ofKind(documents, 'reveal'),
      certificates: ofKind(documents, 'certificate'),
    },
    equivocators: new Set([...twice.values()].flatMap((authors) => [...authors])),
  }
}

/** The institutions whose contributions a roster adds up; none for rosters that confirm or void. */
export function memberIds(roster: Document<Roster>): Set<InstitutionId> {
  return new Set(roster.body.action.do === 'sum' ? roster.body.action.members.map((one) => one.id) : [])
}

/** Documents of one kind, narrowed to it. */
export function ofKind<K extends DocumentKind>(
  documents: readonly Document[],
  kind: K,
): Document<BodyOf<K>>[] {
  // Safe: the filter compares the very field that tells the kinds apart.
  return documents.filter((one) => one.body.kind === kind) as Document<BodyOf<K>>[]
}
