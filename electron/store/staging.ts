import { randomBytes } from 'node:crypto'
import { readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import Driver from 'better-sqlite3'
import { applyKey } from './cipher.ts'
import { mapped } from './driver-errors.ts'

/** Raw rows of one import, set aside until their types are known. */
export interface Staging {
  put(part: number, bytes: Uint8Array): void
  get(part: number): Uint8Array | null
  /** Removes everything. */
  remove(): void
}

const MARK = '.staging-'

/**
 * A file beside the database, encrypted under a key that is never written down: after a crash nobody can read what is
 * left of it, and the next opening removes it. So it needs neither a journal nor to reach the disk.
 */
export function openStaging(database: string, name: string, maxPages: number | null): Staging {
  const file = `${database}${MARK}${name}`
  const driver = mapped(() => new Driver(file))
  try {
    applyKey(driver, randomBytes(32))
    driver.pragma('journal_mode = OFF')
    driver.pragma('synchronous = OFF')
    driver.pragma('temp_store = MEMORY')
    if (maxPages !== null) driver.pragma(`max_page_count = ${maxPages}`)
    mapped(() => driver.exec('CREATE TABLE parts (part INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT'))
  } catch (error) {
    driver.close()
    rmSync(file, { force: true })
    throw error
  }
  const put = driver.prepare<[number, Uint8Array]>('INSERT INTO parts (part, bytes) VALUES (?, ?)')
  const get = driver.prepare<[number], { bytes: Uint8Array }>('SELECT bytes FROM parts WHERE part = ?')
  return {
    put: (part, bytes) => mapped(() => void put.run(part, bytes)),
    get: (part) => mapped(() => get.get(part)?.bytes ?? null),
    remove() {
      driver.close()
      rmSync(file, { force: true })
    },
  }
}

/** Removes what imports that a crash ended have set aside. */
export function sweepStaging(database: string): void {
  const folder = path.dirname(database)
  const start = `${path.basename(database)}${MARK}`
  for (const name of readdirSync(folder)) {
    if (name.startsWith(start)) rmSync(path.join(folder, name), { force: true })
  }
}
