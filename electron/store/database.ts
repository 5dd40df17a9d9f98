import { chmodSync, existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import Driver from 'better-sqlite3'
import { AppError } from '#domain/errors.ts'
import { sweepStaging } from './staging.ts'
import { sweepEverything } from './tables.ts'
import { applyKey } from './cipher.ts'
import { migrate } from './migrate.ts'
import { isNotADatabase, mapped, toAppError } from './driver-errors.ts'

/** What a statement may be given. */
export type Value = string | number | bigint | Uint8Array | null

/** Read-only surface of the database. Rows have the shape that the SQL and its STRICT tables give them. */
export interface Reader {
  all<Row>(sql: string, ...values: Value[]): Row[]
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names what its own SQL selects
  get<Row>(sql: string, ...values: Value[]): Row | undefined
}

/** Reading and writing. Every failure is an AppError: 'disk-full', 'database-damaged', 'busy' or 'internal'. */
export interface Writer extends Reader {
  /** Runs a statement and returns how many rows it changed and the id of a row it inserted. */
  run(sql: string, ...values: Value[]): { changes: number; lastId: number }
  /** Runs `work` as one transaction, inside another as a savepoint: all of it is durable when it returns, or nothing is. */
  together<T>(work: () => T): T
  /** As `together`, but a power cut may undo it until something else was written together: for drafts. */
  loosely<T>(work: () => T): T
}

/** An open database of one home. */
export interface Database extends Writer {
  readonly path: string
  /** The most pages that the file may grow to, or null. */
  readonly maxPages: number | null
  /** True inside `together` and `loosely`: what is read now may be undone. */
  isWriting(): boolean
  /** Sets or asks a PRAGMA. */
  pragma(text: string): unknown
  /** Runs several statements without values. */
  script(sql: string): void
  close(): void
}

export interface Options {
  /** The most pages of 4096 bytes that the file may grow to. */
  readonly maxPages?: number
  /** Refuse to make a new database where none stands. */
  readonly mustExist?: boolean
  /** Stop migrating at this version: for tests of older databases. */
  readonly version?: number
}

const BUSY_MS = 2000
const KEY_BYTES = 32

/**
 * Opens the encrypted database of a home, or makes it, and brings it to the newest version. Throws AppError
 * 'wrong-passphrase' when the key does not open it, 'database-damaged' when it is damaged or newer than this app,
 * 'disk-full', 'home-missing' where there is no folder for it, or 'busy' when another process holds it.
 */
export function openDatabase(path: string, key: Uint8Array, options: Options = {}): Database {
  if (key.length !== KEY_BYTES) throw new AppError('bad-request', 'A database key has 32 bytes')
  const isNew = !existsSync(path) || statSync(path).size === 0
  if (!existsSync(dirname(path)) || (isNew && options.mustExist)) {
    throw new AppError('home-missing', 'There is no database here')
  }
  const driver = mapped(() => new Driver(path, { timeout: BUSY_MS }))
  try {
    if (isNew) chmodSync(path, 0o600)
    unlock(driver, key)
    configure(driver, options)
    const db = surfaceOf(driver, path, options.maxPages ?? null)
    migrate(db, options.version)
    sweepEverything(db)
    sweepStaging(path)
    return db
  } catch (error) {
    driver.close()
    throw toAppError(error)
  }
}

/** The first read shows whether the key opens the file. */
function unlock(driver: Driver.Database, key: Uint8Array): void {
  applyKey(driver, key)
  try {
    driver.prepare('SELECT count(*) FROM sqlite_schema').get()
  } catch (error) {
    if (!isNotADatabase(error)) throw toAppError(error)
    throw new AppError('wrong-passphrase', 'The key does not open the database', { cause: error })
  }
}

function configure(driver: Driver.Database, { maxPages }: Options): void {
  // Freed pages can be handed back to the disk in steps; only possible before the first table is made.
  driver.pragma('auto_vacuum = INCREMENTAL')
  driver.pragma('journal_mode = WAL')
  driver.pragma('synchronous = FULL')
  // Otherwise large sorts spill to disk in plain text.
  driver.pragma('temp_store = MEMORY')
  driver.pragma('secure_delete = ON')
  driver.pragma('foreign_keys = ON')
  driver.pragma('trusted_schema = OFF')
  driver.pragma('cell_size_check = ON')
  // Some at a time: a commit that moves the journal into the file must stall the engine no longer than a few frames, and the same
  // pages are written by one commit after the other.
  driver.pragma('wal_autocheckpoint = 1000')
  // Ids are random: the pages of an index of many thousands should not have to be read and deciphered again for each.
  driver.pragma('cache_size = -8000')
  driver.pragma('journal_size_limit = 67108864')
  if (maxPages !== undefined) driver.pragma(`max_page_count = ${Math.trunc(maxPages)}`)
}

function surfaceOf(driver: Driver.Database, path: string, maxPages: number | null): Database {
  const statements = new Map<string, Driver.Statement<Value[]>>()
  function prepared(sql: string) {
    const known = statements.get(sql)
    if (known) return known
    const made = driver.prepare<Value[]>(sql)
    statements.set(sql, made)
    return made
  }
  return {
    path,
    maxPages,
    isWriting: () => driver.inTransaction,
    // The casts: what a row looks like is decided by our own SQL over STRICT tables, and tested with it.
    all: <Row>(sql: string, ...values: Value[]) => mapped(() => prepared(sql).all(...values) as Row[]),
    // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as in Reader
    get: <Row>(sql: string, ...values: Value[]) =>
      mapped(() => prepared(sql).get(...values) as Row | undefined),
    run: (sql, ...values) =>
      mapped(() => {
        const { changes, lastInsertRowid } = prepared(sql).run(...values)
        return { changes, lastId: Number(lastInsertRowid) }
      }),
    together: <T>(work: () => T) => mapped(() => driver.transaction(work).immediate()),
    loosely: <T>(work: () => T) => mapped(() => withoutWaiting(driver, work)),
    pragma: (text) => mapped(() => driver.pragma(text)),
    script: (sql) => mapped(() => void driver.exec(sql)),
    close: () => mapped(() => void driver.close()),
  }
}

/** The journal still reaches the disk before what it holds moves into the file, and with the next whole commit. */
function withoutWaiting<T>(driver: Driver.Database, work: () => T): T {
  if (driver.inTransaction) return driver.transaction(work).immediate()
  driver.pragma('synchronous = NORMAL')
  try {
    return driver.transaction(work).immediate()
  } finally {
    driver.pragma('synchronous = FULL')
  }
}

/** Runs `fn` as one transaction; inside another one as a savepoint, undone alone when it throws. */
export function transaction<T>(db: Writer, fn: () => T): T {
  return db.together(fn)
}

/** Reads every page and says what is wrong, in SQLite's words; empty when the database is whole. */
export function findDamage(db: Reader): string[] {
  const rows = db.all<{ integrity_check: string }>('PRAGMA integrity_check')
  const orphans = db.all<{ table: string }>('PRAGMA foreign_key_check')
  return [
    ...rows.map((row) => row.integrity_check).filter((text) => text !== 'ok'),
    ...orphans.map(({ table }) => `orphan in ${table}`),
  ]
}
