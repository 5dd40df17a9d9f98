import type { Reader, Writer } from './database.ts'

/** An edit that is not saved yet, and whether there is one before and one after it. */
export interface EditState {
  /** Null before the first edit. */
  readonly state: string | null
  readonly canUndo: boolean
  readonly canRedo: boolean
}

/** Steps back that are kept of each subject. */
const MAX_STEPS = 100

/** Where the edits of a subject stand. */
export function getEdit(db: Reader, subject: string): EditState {
  const position = placeOf(db, subject)
  const sql = 'SELECT state FROM edits WHERE subject = ? AND position = ?'
  const state = db.get<{ state: string }>(sql, subject, position)?.state ?? null
  return {
    state,
    canUndo: has(db, subject, position - 1) || position === firstOf(db, subject),
    canRedo: has(db, subject, position + 1),
  }
}

/** Adds an edit; what had been undone is forgotten. */
export function putEdit(db: Writer, subject: string, state: string, at: number): EditState {
  return db.together(() => {
    const position = placeOf(db, subject) + 1
    db.run(
      'DELETE FROM edits WHERE subject = ? AND (position >= ? OR position <= ?)',
      subject,
      position,
      position - MAX_STEPS,
    )
    db.run(
      'INSERT INTO edits (subject, position, state, at) VALUES (?, ?, ?, ?)',
      subject,
      position,
      state,
      at,
    )
    moveTo(db, subject, position)
    return getEdit(db, subject)
  })
}

/** Goes one edit back or, with `step` 1, forward again; stays where there is none. */
export function stepEdit(db: Writer, subject: string, step: -1 | 1): EditState {
  return db.together(() => {
    const { canUndo, canRedo } = getEdit(db, subject)
    if (step === 1 ? canRedo : canUndo) moveTo(db, subject, placeOf(db, subject) + step)
    return getEdit(db, subject)
  })
}

/** Forgets all edits of a subject: they were saved, or given up. */
export function clearEdits(db: Writer, subject: string): void {
  db.together(() => {
    db.run('DELETE FROM edits WHERE subject = ?', subject)
    db.run('DELETE FROM edit_places WHERE subject = ?', subject)
  })
}

/** Forgets the edits of every subject named after a dataset: they say what its columns hold. */
export function clearEditsNaming(db: Writer, dataset: string): void {
  db.together(() => {
    const sql = 'SELECT DISTINCT subject FROM edits WHERE instr(subject, ?) > 0'
    for (const { subject } of db.all<{ subject: string }>(sql, dataset)) clearEdits(db, subject)
  })
}

function placeOf(db: Reader, subject: string): number {
  return (
    db.get<{ position: number }>('SELECT position FROM edit_places WHERE subject = ?', subject)?.position ?? 0
  )
}

function firstOf(db: Reader, subject: string): number {
  const sql = 'SELECT min(position) AS first FROM edits WHERE subject = ?'
  return db.get<{ first: number | null }>(sql, subject)?.first ?? -1
}

function has(db: Reader, subject: string, position: number): boolean {
  return db.get('SELECT 1 FROM edits WHERE subject = ? AND position = ?', subject, position) !== undefined
}

function moveTo(db: Writer, subject: string, position: number): void {
  const sql =
    'INSERT INTO edit_places (subject, position) VALUES (?, ?) ON CONFLICT (subject) DO UPDATE SET position = excluded.position'
  db.run(sql, subject, position)
}
