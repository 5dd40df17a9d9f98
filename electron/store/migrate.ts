import { AppError } from '#domain/errors.ts'
import type { Database } from './database.ts'
import { foundation } from './migrations/0001-foundation.ts'
import { datasets } from './migrations/0002-datasets.ts'
import { studies } from './migrations/0003-studies.ts'
import { rounds } from './migrations/0004-rounds.ts'
import { clipped } from './migrations/0005-clipped.ts'
import { profiles } from './migrations/0006-profiles.ts'
import { engines } from './migrations/0007-engines.ts'
import { lighterDocuments } from './migrations/0008-lighter-documents.ts'
import { drifts } from './migrations/0009-drifts.ts'
import { blobStudies } from './migrations/0010-blob-studies.ts'
import { ledger } from './migrations/0011-ledger.ts'
import { rowSets } from './migrations/0012-row-sets.ts'
import { auditCauses } from './migrations/0013-audit-causes.ts'
import { keyStatements } from './migrations/0014-key-statements.ts'
import { rowValues } from './migrations/0015-row-values.ts'
import { rowsApart } from './migrations/0016-rows-apart.ts'
import { rowFamilies } from './migrations/0017-row-families.ts'

/** Brings a database from the version before to its own, in one transaction. Never changed once released. */
export interface Migration {
  readonly version: number
  readonly title: string
  readonly sql: string
}

/** All migrations in order: number n brings version n-1 to n. */
export const migrations: readonly Migration[] = [
  foundation,
  datasets,
  studies,
  rounds,
  clipped,
  profiles,
  engines,
  lighterDocuments,
  drifts,
  blobStudies,
  ledger,
  rowSets,
  auditCauses,
  keyStatements,
  rowValues,
  rowsApart,
  rowFamilies,
]

/** The version that a database was brought to. */
export function versionOf(db: Database): number {
  return db.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0
}

/** Runs the migrations that a database lacks. Throws 'database-damaged' for one that a newer app has written. */
export function migrate(db: Database, upTo = migrations.length): void {
  const version = versionOf(db)
  if (version > migrations.length) {
    throw new AppError('database-damaged', `A newer version of this app wrote the database (${version})`)
  }
  for (const migration of migrations.slice(version, upTo)) {
    db.together(() => {
      db.script(migration.sql)
      db.pragma(`user_version = ${migration.version}`)
    })
  }
}
