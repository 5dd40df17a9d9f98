import type { Hash } from '#domain/values.ts'
import type { Reader, Writer } from './database.ts'

/** Keeps what the trainer carries from a round to the next at this hospital alone. */
export function putPrivateState(db: Writer, study: Hash, round: number, state: Uint8Array): void {
  const sql = `INSERT INTO private_states (study, round, state) VALUES (?, ?, ?)
    ON CONFLICT (study, round) DO UPDATE SET state = excluded.state`
  db.run(sql, study, round, state)
}

/** The newest private state of rounds up to and including `round`, or null. */
export function getPrivateState(db: Reader, study: Hash, round: number): Uint8Array | null {
  const sql = 'SELECT state FROM private_states WHERE study = ? AND round <= ? ORDER BY round DESC LIMIT 1'
  return db.get<{ state: Uint8Array }>(sql, study, round)?.state ?? null
}
