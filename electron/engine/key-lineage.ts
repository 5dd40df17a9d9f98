import type { InstitutionId } from '#domain/values.ts'
import { keyHistory, readKeyStatement } from '#network/identity/key-statements.ts'
import type { Reader } from '#store/database.ts'
import { listKeyStatements, listOwnKeyStatements } from '#store/key-statements.ts'

/** All keys that this institution has had, the one in force first: what an earlier one committed to is ours for good. */
export function ownKeys(db: Reader, now: InstitutionId): InstitutionId[] {
  return keyHistory(now, listOwnKeyStatements(db))
}

/**
 * By a key of an institution the latest that it is known to have, by the statements that were applied here until now: an
 * institution is one, however often it replaces its key.
 */
export function createLatestKeys(db: Reader): () => (key: InstitutionId) => InstitutionId {
  const read = new Map<string, Step>()
  return () => {
    const steps = listKeyStatements(db).map((code) => {
      const step = read.get(code) ?? stepOf(code)
      read.set(code, step)
      return step
    })
    const next = new Map(steps.filter((step) => step !== 'revoked'))
    return (key) => {
      const seen = new Set([key])
      for (let after = next.get(key); after !== undefined && !seen.has(after); after = next.get(after))
        seen.add(after)
      return [...seen].at(-1) ?? key
    }
  }
}

/** From a key to the one that follows it. */
type Step = readonly [InstitutionId, InstitutionId] | 'revoked'

function stepOf(code: string): Step {
  const statement = readKeyStatement(code)
  return statement.kind === 'rotation' ? [statement.key, statement.successor] : 'revoked'
}
