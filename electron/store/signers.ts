import type { Document, DocumentKind, Vote } from '#domain/documents.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import type { Reader } from './database.ts'
import { type StoredDocument, toDocument } from './library.ts'

// Who signed what in a round, by the index of slots: a large study has hundreds of documents in each of hundreds of rounds.

/** An attempt of a round, and a kind of document. */
type Place = readonly [round: number, attempt: number, kind: DocumentKind]

/** All slots of a place go on with a slash, and 0 is the next character. */
function slotsOf(study: Hash, place: readonly (number | string)[]): readonly [string, string] {
  const slots = [study, ...place].join('/')
  return [`${slots}/`, `${slots}0`]
}

/** Whether anybody signed a document of a kind in an attempt of a round. */
export function isSigned(db: Reader, study: Hash, place: Place): boolean {
  const sql = 'SELECT 1 FROM documents WHERE slot >= ? AND slot < ? LIMIT 1'
  return db.get(sql, ...slotsOf(study, place)) !== undefined
}

/** Members that certified in one of the first attempts of a round that it came to an artefact, in the order of their ids. */
export function listCertifiers(
  db: Reader,
  study: Hash,
  { round, attempts, artefact }: { round: number; attempts: number; artefact: Hash },
): InstitutionId[] {
  const sql = `SELECT author FROM documents
    WHERE slot >= ? AND slot < ? AND json_extract(body, '$.outcome.artefact') = ?`
  const found = Array.from({ length: attempts }, (_, attempt) =>
    db.all<{ author: InstitutionId }>(sql, ...slotsOf(study, [round, attempt, 'certificate']), artefact),
  )
  return [...new Set(found.flat().map((one) => one.author))].toSorted()
}

/** What members voted on the artefact of a round, in the order of their ids. */
export function listVotes(
  db: Reader,
  study: Hash,
  { round, artefact }: { round: number; artefact: Hash },
): { id: InstitutionId; vote: Vote['vote'] }[] {
  const sql = `SELECT author AS id, json_extract(body, '$.vote') AS vote FROM documents
    WHERE slot >= ? AND slot < ? AND json_extract(body, '$.artefact') = ? ORDER BY slot`
  return db.all(sql, ...slotsOf(study, [round, 'vote']), artefact)
}

/** The certificates that a member signed, as far as we hold them, in the order in which they were stored. */
export function listCertificates(db: Reader, author: InstitutionId): Document[] {
  const sql = `SELECT id, author, body, signature FROM documents WHERE kind = 'certificate' AND author = ? ORDER BY rowid`
  return db.all<StoredDocument>(sql, author).map(toDocument)
}
