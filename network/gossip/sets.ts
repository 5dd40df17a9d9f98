import type { Hash } from '#domain/values.ts'
import { sha256 } from '../hash.ts'
import type { Library } from '../ports.ts'

/** A set is compared by the first byte of its ids. */
export const BUCKETS = 256
/** Ids in one page. */
export const PAGE_IDS = 1000

/** The ids of a study's documents, with digests by which two institutions find their differences. */
export interface IdSet {
  readonly has: (id: Hash) => boolean
  readonly add: (id: Hash) => void
  /** Equal for equal sets. 64 hex digits. */
  readonly root: () => string
  /** The digest of each bucket: 32 hex digits. */
  readonly digests: () => string[]
  /** Ids of these buckets after the given one, ascending. `more` when others follow. */
  readonly page: (buckets: readonly number[], after: Hash | null) => { ids: Hash[]; more: boolean }
}

interface Bucket {
  readonly ids: Set<Hash>
  /** Null after a change. */
  sorted: Hash[] | null
  digest: string | null
}

/** A set of these ids. */
export function createIdSet(ids: Iterable<Hash>): IdSet {
  const buckets = Array.from({ length: BUCKETS }, (): Bucket => ({
    ids: new Set(),
    sorted: [],
    digest: null,
  }))
  let root: string | null = null
  const bucketOf = (id: Hash) => bucketAt(Number.parseInt(id.slice(0, 2), 16))
  for (const id of ids) add(id)

  function bucketAt(index: number): Bucket {
    const bucket = buckets[index]
    if (!bucket) throw new RangeError('There is no such bucket')
    return bucket
  }
  function add(id: Hash) {
    const bucket = bucketOf(id)
    if (bucket.ids.has(id)) return
    bucket.ids.add(id)
    bucket.sorted = null
    bucket.digest = null
    root = null
  }
  const digests = () => buckets.map(digestOf)

  return {
    has: (id) => bucketOf(id).ids.has(id),
    add,
    digests,
    root: () => (root ??= sha256(digests().join(''))),
    page(numbers, after) {
      const found: Hash[] = []
      for (const number of new Set(numbers.toSorted((a, b) => a - b))) {
        const all = sortedOf(bucketAt(number))
        const from = after === null ? 0 : all.findIndex((id) => id > after)
        if (from >= 0) found.push(...all.slice(from, from + PAGE_IDS + 1 - found.length))
        if (found.length > PAGE_IDS) break
      }
      return { ids: found.slice(0, PAGE_IDS), more: found.length > PAGE_IDS }
    },
  }
}

function sortedOf(bucket: Bucket): Hash[] {
  return (bucket.sorted ??= [...bucket.ids].toSorted())
}

function digestOf(bucket: Bucket): string {
  return (bucket.digest ??= sha256(sortedOf(bucket).join('')).slice(0, 32))
}

/** The sets of all studies, read from the library when first asked for. */
export function createSets(library: Library) {
  const sets = new Map<Hash, IdSet>()
  function of(study: Hash): IdSet {
    const known = sets.get(study)
    if (known) return known
    const fresh = createIdSet(library.ids(study))
    sets.set(study, fresh)
    return fresh
  }
  return { of, forget: (study: Hash) => void sets.delete(study) }
}

export type Sets = ReturnType<typeof createSets>
