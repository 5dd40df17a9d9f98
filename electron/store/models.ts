import type { Hash } from '#domain/values.ts'
import type { Reader, Writer } from './database.ts'

/** A model that a round made: the hash of its artefact on the shelf, what it grew from, and our own figures of it. */
export interface ModelRecord<Figures = unknown> {
  readonly study: Hash
  readonly round: number
  readonly artefact: Hash
  readonly parent: Hash | null
  readonly figures: Figures | null
  readonly madeAt: number
}

interface Row {
  study: string
  round: number
  artefact: string
  parent: string | null
  figures: string | null
  made_at: number
}

/** Records the model of a round; again only with new figures for the same artefact. */
export function recordModel(db: Writer, model: ModelRecord): void {
  const { study, round, artefact, parent, figures, madeAt } = model
  const sql = `INSERT INTO models (study, round, artefact, parent, figures, made_at) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (study, round) DO UPDATE SET figures = excluded.figures WHERE artefact = excluded.artefact`
  db.run(sql, study, round, artefact, parent, figures === null ? null : JSON.stringify(figures), madeAt)
}

/** The models of a study in order of rounds. */
export function listModels(db: Reader, study: Hash): ModelRecord[] {
  return db.all<Row>('SELECT * FROM models WHERE study = ? ORDER BY round', study).map(toModel)
}

/** The newest model of a study, or null. */
export function latestModel(db: Reader, study: Hash): ModelRecord | null {
  const row = db.get<Row>('SELECT * FROM models WHERE study = ? ORDER BY round DESC LIMIT 1', study)
  return row ? toModel(row) : null
}

function toModel({ made_at: madeAt, figures, ...row }: Row): ModelRecord {
  return { ...row, madeAt, figures: figures === null ? null : JSON.parse(figures) }
}
