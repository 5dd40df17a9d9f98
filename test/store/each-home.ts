import { afterEach, beforeEach } from 'vitest'
import type { Database } from '#store/database.ts'
import { makeHome } from './home.ts'

/** Gives each test of a file a database in a home of its own, which is removed after it. */
export function eachWithDatabase(take: (db: Database) => void): void {
  let home: ReturnType<typeof makeHome>
  beforeEach(() => {
    home = makeHome()
    take(home.open())
  })
  afterEach(() => home.remove())
}
