import type { Migration } from '../migrate.ts'

/** The institution itself, whom it knows, and its audit log, which can only grow. */
export const foundation: Migration = {
  version: 1,
  title: 'foundation',
  sql: `
    CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

    CREATE TABLE peers (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      addresses TEXT NOT NULL,
      confirmed_at INTEGER NOT NULL,
      last_seen INTEGER
    ) STRICT;

    CREATE TABLE audit (
      seq INTEGER PRIMARY KEY,
      prev_hash TEXT NOT NULL,
      time INTEGER NOT NULL,
      actor TEXT NOT NULL,
      action TEXT NOT NULL,
      object TEXT NOT NULL,
      outcome TEXT NOT NULL,
      detail_hash TEXT NOT NULL,
      hash TEXT NOT NULL UNIQUE
    ) STRICT;
    CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
      BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
    CREATE TRIGGER audit_is_never_shortened BEFORE DELETE ON audit
      BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
    CREATE TRIGGER audit_grows_at_its_end BEFORE INSERT ON audit
      WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit)
        OR NEW.prev_hash IS NOT coalesce((SELECT hash FROM audit ORDER BY seq DESC LIMIT 1), '${'0'.repeat(64)}')
      BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
  `,
}
