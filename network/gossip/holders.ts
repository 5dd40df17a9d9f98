import type { Document } from '#domain/documents.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'

const MAX_REMEMBERED = 5000

/** Who surely had bytes once: the author of the document that names them. */
export function createHolders() {
  const holders = new Map<Hash, InstitutionId[]>()
  return {
    note({ author, body }: Document): void {
      const hash = namedIn(body)
      if (hash === null) return
      const [oldest] = holders.keys()
      if (holders.size >= MAX_REMEMBERED && oldest !== undefined) holders.delete(oldest)
      const known = holders.get(hash) ?? []
      if (!known.includes(author)) holders.set(hash, [...known, author])
    },
    of: (hash: Hash): readonly InstitutionId[] => holders.get(hash) ?? [],
  }
}

export type Holders = ReturnType<typeof createHolders>

function namedIn(body: Document['body']): Hash | null {
  if (body.kind === 'commitment') return body.contribution
  if (body.kind === 'certificate' && body.outcome.result === 'sum') return body.outcome.artefact
  return null
}
