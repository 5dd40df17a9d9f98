import { AppError, type ErrorCode } from '#domain/errors.ts'

const codes: readonly (readonly [RegExp, ErrorCode, string])[] = [
  [/^SQLITE_FULL/, 'disk-full', 'There is no room left for the database'],
  [
    /^SQLITE_IOERR_(WRITE|FSYNC|TRUNCATE|SHMSIZE)/,
    'disk-full',
    'The disk does not take what the database writes',
  ],
  [/^SQLITE_(BUSY|LOCKED)/, 'busy', 'Another process holds the database'],
  [/^SQLITE_(CORRUPT|NOTADB|IOERR|FORMAT)/, 'database-damaged', 'The database is damaged'],
  [/^SQLITE_(CANTOPEN|PERM|READONLY|AUTH)/, 'file-unreadable', 'The database cannot be opened for writing'],
]

/** Runs `work` and turns what the driver throws into an AppError; other errors pass unchanged. */
export function mapped<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw isDriverError(error) ? toAppError(error) : error
  }
}

/** The AppError for anything thrown by the driver. SQLite's own text stays in `cause`: it can name values. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  const code = isDriverError(error) ? error.code : ''
  const found = codes.find(([pattern]) => pattern.test(code))
  if (found) return new AppError(found[1], found[2], { cause: error })
  return new AppError('internal', `The database refused a statement (${code || 'no code'})`, { cause: error })
}

/** Whether a first page does not decrypt: another key, or damage to exactly that page. */
export function isNotADatabase(error: unknown): boolean {
  return isDriverError(error) && error.code === 'SQLITE_NOTADB'
}

function isDriverError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_')
}
