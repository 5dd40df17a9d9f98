import { statSync } from 'node:fs'
import type { Database } from './database.ts'
import { getSetting, putSetting } from './institution.ts'

const KEY = 'home-mark'

/** Whether the file of this database is the one that was written last: a copy, or one restored from a backup, is another file. */
export function isSameFile(db: Database): boolean {
  const mark = getSetting(db, KEY)
  if (mark === null) markFile(db)
  return mark === null || mark === markOf(db)
}

/** From now on this very file is the home. */
export function markFile(db: Database): void {
  putSetting(db, KEY, markOf(db))
}

/** Whatever file this is: it is not what was written last. */
export function spoilMark(db: Database): void {
  putSetting(db, KEY, 'rolled back')
}

function markOf({ path }: Database): string {
  const { ino, birthtimeNs } = statSync(path, { bigint: true })
  return `${ino} ${birthtimeNs}`
}
