import { type Document, type DocumentKind, roundOf, slotOf, studyOf } from '#domain/documents.ts'
import type { Study } from '#domain/study.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import type { Database, Reader, Writer } from './database.ts'

/** A document as the table holds it. */
export interface StoredDocument {
  readonly id: string
  readonly author: string
  readonly body: string
  readonly signature: string
}

const FIELDS = 'id, author, body, signature'

/** More parsed documents than a round of the largest study has; beyond it the cache starts anew. */
const MAX_PARSED = 20_000
/** Rounds whose documents are at hand: the open one of each study, and those that people look at. */
const MAX_LISTED = 64

/** What decisions rest on: looked at whole, signature and all, when it is read from the disk. */
const decides = new Set<DocumentKind>(['study', 'consent', 'withdrawal'])

/**
 * The documents that this institution holds, as the network's port `Library` wants them. A study, consent or withdrawal that
 * `isWhole` finds changed since it was stored is as if it were not there.
 */
export function createLibrary(db: Database, isWhole: (document: Document) => boolean = () => true) {
  const { parse, keep } = createParser(db, isWhole)
  const rounds = createRoundLists(db, parse)
  const studies = createStudyList(db)
  const get = (id: Hash) => (db.get('SELECT 1 FROM documents WHERE id = ?', id) ? parse(id) : null)
  return {
    studies: studies.all,
    study(id: Hash): Document<Study> | null {
      const found = get(id)
      return found && isStudy(found) ? found : null
    },
    ids: (study: Hash) => listIds(db, study),
    get,
    ofRound: rounds.of,
    bytesBy: (study: Hash) => bytesBy(db, study),
    add(document: Document) {
      rounds.forget(document)
      studies.note(document)
      keep(document)
      return addDocument(db, document)
    },
  }
}

/** Lists the studies once until a document of another one is added. */
function createStudyList(db: Database) {
  let known: readonly Hash[] | null = null
  return {
    all(): readonly Hash[] {
      const list = known ?? listStudies(db)
      // What a transaction sees before its end may be undone.
      if (!db.isWriting()) known = list
      return list
    },
    note(document: Document): void {
      if (known?.includes(studyOf(document)) === false) known = null
    },
  }
}

/** Lists each round once until something is added to it, since a round is looked at again at every arrival. */
function createRoundLists(db: Database, parse: (id: Hash) => Document | null) {
  const lists = new Map<string, readonly Document[]>()
  const keyOf = (study: Hash, round: number) => `${study}/${round}`
  return {
    of(study: Hash, round: number): readonly Document[] {
      const key = keyOf(study, round)
      const known = lists.get(key)
      if (known) return known
      const list = listRound(db, study, round).flatMap((id) => parse(id) ?? [])
      if (lists.size >= MAX_LISTED) lists.clear()
      // What a transaction sees before its end may be undone.
      if (!db.isWriting()) lists.set(key, list)
      return list
    },
    forget: (document: Document) => void lists.delete(keyOf(studyOf(document), roundOf(document.body))),
  }
}

/** Parses each document once at most, since a round is looked at again at every arrival. What is there, the database says. */
function createParser(db: Reader, isWhole: (document: Document) => boolean) {
  const parsed = new Map<Hash, Document>()
  function keep(document: Document): void {
    if (parsed.size >= MAX_PARSED) parsed.clear()
    if (!parsed.has(document.id)) parsed.set(document.id, document)
  }
  return {
    /** Remembers a document as it was verified: nothing is read for it later, and those who share a process share it. */
    keep,
    parse(id: Hash): Document | null {
      const known = parsed.get(id)
      if (known) return known
      const found = getDocument(db, id)
      if (!found || (decides.has(found.body.kind) && !isWhole(found))) return null
      keep(found)
      return found
    },
  }
}

/** Ids of all documents of a study's round in ascending order; round 0 holds those of the study as a whole. */
function listRound(db: Reader, study: Hash, round: number): Hash[] {
  const sql = 'SELECT id FROM documents WHERE study = ? AND round = ? ORDER BY id'
  return db.all<{ id: string }>(sql, study, round).map((row) => row.id)
}

/** Ids of the studies whose sets we hold, with or without their founding document. */
function listStudies(db: Reader): Hash[] {
  return db
    .all<{ study: string }>('SELECT DISTINCT study FROM documents ORDER BY study')
    .map((row) => row.study)
}

/** Ids of all documents of a study in ascending order. */
function listIds(db: Reader, study: Hash): Hash[] {
  return db
    .all<{ id: string }>('SELECT id FROM documents WHERE study = ? ORDER BY id', study)
    .map((row) => row.id)
}

/** About how many bytes the documents of each author take up, as text and what stands around it. */
function bytesBy(db: Reader, study: Hash): Map<InstitutionId, number> {
  const sql = 'SELECT author, SUM(LENGTH(body) + 200) AS bytes FROM documents WHERE study = ? GROUP BY author'
  const rows = db.all<{ author: string; bytes: number }>(sql, study)
  return new Map(rows.map((row) => [row.author, row.bytes]))
}

export function getDocument(db: Reader, id: Hash): Document | null {
  const row = db.get<StoredDocument>(`SELECT ${FIELDS} FROM documents WHERE id = ?`, id)
  return row ? toDocument(row) : null
}

/** All documents in one slot: two or more are evidence against their author. */
export function listSlot(db: Reader, slot: string): Document[] {
  return db
    .all<StoredDocument>(`SELECT ${FIELDS} FROM documents WHERE slot = ? ORDER BY id`, slot)
    .map(toDocument)
}

/** Stored documents behind a row, with their rows, at most `limit`; null for one whose text is damaged. */
export function listDocuments(db: Reader, after: number, limit: number) {
  const sql = `SELECT rowid AS row, ${FIELDS} FROM documents WHERE rowid > ? ORDER BY rowid LIMIT ?`
  return db
    .all<StoredDocument & { readonly row: number }>(sql, after, limit)
    .map(({ row, ...stored }) => ({ row, document: readable(stored) }))
}

function readable(stored: StoredDocument): Document | null {
  try {
    return toDocument(stored)
  } catch {
    return null
  }
}

/** Stores a verified document; durable when it returns. False when it was known already. */
export function addDocument(db: Writer, document: Document): boolean {
  const { id, author, body, signature } = document
  const sql = `INSERT INTO documents (id, study, round, kind, author, slot, body, signature)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`
  const place = [studyOf(document), roundOf(body), body.kind, author, slotOf(document)] as const
  return db.run(sql, id, ...place, JSON.stringify(body), signature).changes === 1
}

/** A document of ours or of another, as it was verified and stored. */
export function toDocument({ id, author, body, signature }: StoredDocument): Document {
  // The cast: a body is parsed and verified before addDocument writes it.
  return { id, author, signature, body: JSON.parse(body) as Document['body'] }
}

function isStudy(document: Document): document is Document<Study> {
  return document.body.kind === 'study'
}
