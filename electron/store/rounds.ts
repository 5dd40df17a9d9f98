import type { RoundKind } from '#domain/round.ts'
import type { Hash } from '#domain/values.ts'
import type { Reader, Writer } from './database.ts'

/** What this member alone knows of a round: never sent, exact counts included. Times in milliseconds. */
export interface RoundRecord {
  readonly study: Hash
  readonly round: number
  readonly kind: RoundKind
  readonly startedAt: number | null
  readonly decidedAt: number | null
  readonly computeMs: number | null
  readonly exchangeMs: number | null
  readonly ownLoss: number | null
  readonly sharedLoss: number | null
  readonly bytesSent: number
  readonly trainRows: number | null
  readonly testRows: number | null
  /** Values of ours that were clipped to the study's bound. */
  readonly clipped: number | null
  /** The engine of our trainer that computed our contribution. */
  readonly engine: string | null
}

/** What may be noted of a round. What is left out stays as it is. */
export type RoundNote = Partial<Omit<RoundRecord, 'study' | 'round' | 'kind' | 'bytesSent'>>

const FIELDS = `study, round, kind, started_at AS startedAt, decided_at AS decidedAt, compute_ms AS computeMs,
  exchange_ms AS exchangeMs, own_loss AS ownLoss, shared_loss AS sharedLoss, bytes_sent AS bytesSent,
  train_rows AS trainRows, test_rows AS testRows, clipped, engine`

export function getRound(db: Reader, study: Hash, round: number): RoundRecord | null {
  return (
    db.get<RoundRecord>(`SELECT ${FIELDS} FROM rounds WHERE study = ? AND round = ?`, study, round) ?? null
  )
}

/** Records of a study's rounds from a number on, in order, at most `limit`. */
export function listRounds(db: Reader, study: Hash, from: number, limit: number): RoundRecord[] {
  const sql = `SELECT ${FIELDS} FROM rounds WHERE study = ? AND round >= ? ORDER BY round LIMIT ?`
  return db.all<RoundRecord>(sql, study, from, limit)
}

const nothingNoted = {
  startedAt: null,
  decidedAt: null,
  computeMs: null,
  exchangeMs: null,
  ownLoss: null,
  sharedLoss: null,
  trainRows: null,
  testRows: null,
  clipped: null,
  engine: null,
} satisfies RoundNote

/** Notes what is newly known of a round, and starts its record when there is none. */
export function noteRound(
  db: Writer,
  study: Hash,
  round: number,
  kind: RoundKind,
  note: RoundNote = {},
): void {
  const sql = `INSERT INTO rounds (study, round, kind, started_at, decided_at, compute_ms, exchange_ms, own_loss,
      shared_loss, train_rows, test_rows, clipped, engine) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (study, round) DO UPDATE SET kind = excluded.kind,
      started_at = coalesce(excluded.started_at, started_at), decided_at = coalesce(excluded.decided_at, decided_at),
      compute_ms = coalesce(excluded.compute_ms, compute_ms),
      exchange_ms = coalesce(excluded.exchange_ms, exchange_ms), own_loss = coalesce(excluded.own_loss, own_loss),
      shared_loss = coalesce(excluded.shared_loss, shared_loss),
      train_rows = coalesce(excluded.train_rows, train_rows), test_rows = coalesce(excluded.test_rows, test_rows),
      clipped = coalesce(excluded.clipped, clipped), engine = coalesce(excluded.engine, engine)`
  const one = { ...nothingNoted, ...note }
  const times = [one.startedAt, one.decidedAt, one.computeMs, one.exchangeMs] as const
  db.run(
    sql,
    ...[study, round, kind, ...times],
    ...[one.ownLoss, one.sharedLoss, one.trainRows, one.testRows, one.clipped, one.engine],
  )
}

/** Adds to the bytes of masked contributions that left for a round. */
export function addBytesSent(db: Writer, study: Hash, round: number, kind: RoundKind, bytes: number): void {
  const sql = `INSERT INTO rounds (study, round, kind, bytes_sent) VALUES (?, ?, ?, ?)
    ON CONFLICT (study, round) DO UPDATE SET bytes_sent = bytes_sent + excluded.bytes_sent`
  db.run(sql, study, round, kind, bytes)
}

/** Bytes of masked contributions that left in a study, over all rounds. */
export function bytesSentIn(db: Reader, study: Hash): number {
  const sql = 'SELECT coalesce(sum(bytes_sent), 0) AS bytes FROM rounds WHERE study = ?'
  return db.get<{ bytes: number }>(sql, study)?.bytes ?? 0
}
