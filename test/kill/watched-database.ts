/** The database of a member's process in the kill bench: stands still at the entry that the bench asked for. */
import { openDatabase as openReal, type Database, type Value } from '#store/database.ts'
import { reached, type Written } from './standing.ts'

// oxlint-disable-next-line import/export -- the one function below takes the place of the original
export * from '#store/database.ts'

/** Opens the real database, watched. */
export function openDatabase(...opening: Parameters<typeof openReal>): Database {
  return watch(openReal(...opening))
}

function watch(db: Database): Database {
  let depth = 0
  let written: Written[] = []

  function run(sql: string, ...values: Value[]) {
    const result = db.run(sql, ...values)
    const entry = writtenBy(sql, values)
    if (entry && result.changes > 0) written.push(entry)
    if (depth === 0) commit(() => undefined)
    return result
  }

  /** What was written is told twice: before the outermost transaction ends, and after it. */
  function commit<T>(end: () => T): T {
    const done = end()
    for (const one of written.splice(0)) reached(db, one, 'after')
    return done
  }

  function within<T>(begin: Database['together'], work: () => T): T {
    if (depth > 0) return begin(work)
    return commit(() =>
      begin(() => {
        depth += 1
        try {
          const done = work()
          for (const one of written) reached(db, one, 'before')
          return done
        } catch (error) {
          written = []
          throw error
        } finally {
          depth -= 1
        }
      }),
    )
  }

  return {
    ...db,
    run,
    together: (work) => within(db.together, work),
    loosely: (work) => within(db.loosely, work),
  }
}

/** The entry of a round that a statement writes, or null. */
function writtenBy(sql: string, values: readonly Value[]): Written | null {
  if (sql.startsWith('INSERT INTO journal ')) {
    const [study, round, , step] = values
    return { study: String(study), round: Number(round), entry: String(step), author: null }
  }
  if (!sql.startsWith('INSERT INTO documents ')) return null
  const [, study, round, kind, author] = values
  return { study: String(study), round: Number(round), entry: String(kind), author: String(author) }
}
