import type { KeyStatement } from '#domain/key-statement.ts'
import type { InstitutionId } from '#domain/values.ts'
import type { Reader, Writer } from './database.ts'

/** Keeps a statement about a key for good. `ours`: it is about a key of this very institution. */
export function putKeyStatement(db: Writer, statement: KeyStatement, code: string, ours: boolean): void {
  const sql =
    'INSERT INTO key_statements (code, key, ours, stated_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING'
  db.run(sql, code, statement.key, ours ? 1 : 0, statement.statedAt)
}

/** Whether a key was replaced or revoked: nothing that it signs is taken any more. */
export function isRetired(db: Reader, key: InstitutionId): boolean {
  return db.get('SELECT 1 FROM key_statements WHERE key = ? LIMIT 1', key) !== undefined
}

/** All statements that were applied here, ours too, in the order of their coming. */
export function listKeyStatements(db: Reader): string[] {
  const sql = 'SELECT code FROM key_statements ORDER BY rowid'
  return db.all<{ code: string }>(sql).map(({ code }) => code)
}

/** Our own statements about our own keys, in the order of their making. */
export function listOwnKeyStatements(db: Reader): string[] {
  const sql = 'SELECT code FROM key_statements WHERE ours = 1 ORDER BY rowid'
  return db.all<{ code: string }>(sql).map(({ code }) => code)
}
