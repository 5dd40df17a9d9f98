import { canonical } from '#domain/canonical.ts'
import type { Body, Document } from '#domain/documents.ts'
import type { Hash } from '#domain/values.ts'
import { signDocument } from '#network/identity/documents.ts'
import type { Signer } from '#network/ports.ts'

/** What the search asks of a document again and again. */
export interface Meta {
  readonly kind: Body['kind']
  readonly author: number
  readonly attempt: number
  /** What it is about: the roster of an acceptance, the context of a commitment or reveal, the outcome of a certificate. */
  readonly ref: string
}

/** Every document of the search once, by a small number; so that sets of documents are short lists of numbers. */
export function createTable(authors: readonly string[]) {
  const documents: Document[] = []
  const metas: Meta[] = []
  const numbers = new Map<Hash, number>()
  const signed = new Map<string, number>()

  function number(document: Document): number {
    const known = numbers.get(document.id)
    if (known !== undefined) return known
    const at = documents.length
    numbers.set(document.id, at)
    documents.push(document)
    metas.push(metaOf(document, authors))
    return at
  }

  return {
    number,
    document: (at: number): Document => documents[at] as Document,
    byId: (id: Hash): Document => documents[numbers.get(id) ?? -1] as Document,
    meta: (at: number): Meta => metas[at] as Meta,
    /** Signs what `key` stands for, once. */
    sign(signer: Signer, key: string, body: () => Body): number {
      const known = signed.get(key)
      if (known !== undefined) return known
      const found = number(signDocument(signer, body()))
      signed.set(key, found)
      return found
    },
  }
}

export type Table = ReturnType<typeof createTable>

function metaOf({ author, body }: Document, authors: readonly string[]): Meta {
  const attempt = 'attempt' in body ? body.attempt : -1
  return { kind: body.kind, author: authors.indexOf(author), attempt, ref: refOf(body) }
}

function refOf(body: Body): string {
  if (body.kind === 'acceptance') return body.roster
  if (body.kind === 'commitment' || body.kind === 'reveal') return body.ctx
  return body.kind === 'certificate' ? canonical(body.outcome) : ''
}

/** A set of documents as its sorted numbers. */
export type Numbers = readonly number[]

export function union(a: Numbers, b: Numbers): Numbers {
  if (b.length === 0) return a
  return [...new Set([...a, ...b])].toSorted((x, y) => x - y)
}
