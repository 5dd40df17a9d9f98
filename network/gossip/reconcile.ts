import type { Hash, InstitutionId } from '#domain/values.ts'
import { type Answer, type Asker, MAX_STUDIES } from '../protocols/documents.ts'
import type { Sets } from './sets.ts'
import type { Transfer } from './transfer.ts'

/** Pages asked for before the first has come. */
const PAGES_AT_ONCE = 32

/** A page of a bucket: the ids after this one. */
interface Place {
  readonly bucket: number
  readonly after: Hash | null
}

/** One study at one peer. */
interface There {
  readonly asker: Asker
  readonly from: InstitutionId
  readonly study: Hash
}

/**
 * Makes our sets and a peer's the same, both ways. Equal sets cost one digest for each study; otherwise only buckets
 * that differ are listed, page by page. Returns the studies of which something was new to us. Rejects when the peer
 * does not answer.
 */
export function createReconcile(sets: Sets, { giveAll, wantAll }: Transfer) {
  /** One page of a peer's bucket: its ids, those of ours that it lacks, and where the next page begins. */
  async function look({ asker, study }: There, { bucket, after }: Place) {
    const page: Answer<'list'> = await asker.ask({ ask: 'list', study, bucket, after })
    const last: Hash | null = page.more ? (page.ids.at(-1) ?? null) : null
    const missing = missingIn(sets, study, bucket, { ids: page.ids, after, last })
    // A peer whose pages do not move on is not followed.
    const goesOn = last !== null && (after === null || last > after)
    return { theirs: page.ids, missing, next: goesOn ? [{ bucket, after: last }] : [] }
  }

  /** Many pages at a time, since each costs a way there and back. */
  async function settle(there: There, buckets: readonly string[]): Promise<boolean> {
    const digests = sets.of(there.study).digests()
    const places = digests.flatMap((digest, bucket): Place[] =>
      digest === buckets[bucket] ? [] : [{ bucket, after: null }],
    )
    let news = false
    while (places.length > 0) {
      const pages = await Promise.all(places.splice(0, PAGES_AT_ONCE).map((place) => look(there, place)))
      const theirs = pages.flatMap((one) => one.theirs)
      news = (await wantAll(there.asker, there.from, there.study, theirs)) || news
      await giveAll(
        there.asker,
        there.from,
        pages.flatMap((one) => one.missing),
      )
      places.push(...pages.flatMap((one) => one.next))
    }
    return news
  }

  async function compare(asker: Asker, studies: readonly Hash[]) {
    const roots = studies.map((study) => ({ study, root: sets.of(study).root() }))
    const { differ } = await asker.ask({ ask: 'roots', roots })
    return differ.filter((one) => studies.includes(one.study))
  }

  /** What the peer's buckets are, after giving it the study itself where it has none. */
  async function bucketsOf(
    { asker, from, study }: There,
    buckets: string[] | null,
  ): Promise<string[] | null> {
    if (buckets) return buckets
    await giveAll(asker, from, [study])
    return (await compare(asker, [study])).at(0)?.buckets ?? null
  }

  return async function reconcile(
    asker: Asker,
    from: InstitutionId,
    studies: readonly Hash[],
  ): Promise<Hash[]> {
    const news: Hash[] = []
    for (let at = 0; at < studies.length; at += MAX_STUDIES) {
      for (const { study, buckets } of await compare(asker, studies.slice(at, at + MAX_STUDIES))) {
        const there = { asker, from, study }
        const theirs = await bucketsOf(there, buckets)
        if (theirs && (await settle(there, theirs))) news.push(study)
      }
    }
    return news
  }
}

export type Reconcile = ReturnType<typeof createReconcile>

/** Our ids of a bucket that a peer's page, which covers all after `after` up to `last` (null: to the end), lacks. */
function missingIn(
  sets: Sets,
  study: Hash,
  bucket: number,
  { ids, after, last }: { ids: readonly Hash[]; after: Hash | null; last: Hash | null },
): Hash[] {
  const theirs = new Set(ids)
  const missing: Hash[] = []
  let from = after
  for (let more = true; more;) {
    const page = sets.of(study).page(bucket, from)
    const covered = page.ids.filter((id) => last === null || id <= last)
    missing.push(...covered.filter((id) => !theirs.has(id)))
    from = page.ids.at(-1) ?? null
    more = page.more && covered.length === page.ids.length && from !== null
  }
  return missing
}
