import { statfsSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '#domain/errors.ts'

/** Raw rows are put aside, and stored once they are typed: each takes about as much as the file. */
const TIMES_THE_FILE = 2.5
const RESERVE = 64 * 1024 * 1024

/** Throws 'disk-full' where a file of so many bytes cannot be imported beside a database. */
export function checkSpace(database: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(path.dirname(database))
  const free = bavail * bsize
  const needed = bytes * TIMES_THE_FILE + RESERVE
  if (free < needed)
    throw new AppError('disk-full', `An import of ${bytes} bytes needs ${needed} bytes; ${free} are free`)
}
