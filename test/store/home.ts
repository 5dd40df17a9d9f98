import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openDatabase, type Database, type Options } from '#store/database.ts'

/** A key for tests: 32 equal bytes. */
export const keyOf = (byte: number) => new Uint8Array(32).fill(byte)

/** A folder of its own with a database in it, and what removes both. */
export function makeHome() {
  const folder = mkdtempSync(path.join(tmpdir(), 'murmuration store '))
  const file = path.join(folder, 'murmuration.db')
  const opened: Database[] = []
  return {
    folder,
    file,
    open(options: Options = {}, key = keyOf(7)) {
      const db = openDatabase(file, key, options)
      opened.push(db)
      return db
    },
    remove() {
      for (const db of opened) db.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
