import type { Hash, InstitutionId } from '#domain/values.ts'
import { type Answer, type Asker, MAX_STUDIES } from '../protocols/documents.ts'
import type { IdSet, Sets } from './sets.ts'
import type { Transfer } from './transfer.ts'

/** One study at one peer. */
interface There {
  readonly asker: Asker
  readonly from: InstitutionId
  readonly study: Hash
}

/**
 * Makes our sets and a peer's the same, both ways. Equal sets cost one digest for each study; otherwise only buckets
 * that differ are listed, page by page. Rejects when the peer does not answer.
 */
export function createReconcile(sets: Sets, { giveAll, wantAll }: Transfer) {
  async function settle({ asker, from, study }: There, theirs: readonly string[]): Promise<void> {
    const own = sets.of(study).digests()
    const buckets = [...own.keys()].filter((bucket) => own[bucket] !== theirs[bucket])
    let after: Hash | null = null
    for (let more = buckets.length > 0; more;) {
      const page: Answer<'list'> = await asker.ask({ ask: 'list', study, buckets, after })
      const last: Hash | null = page.more ? (page.ids.at(-1) ?? null) : null
      await wantAll(asker, from, study, page.ids)
      await giveAll(asker, from, missingIn(sets.of(study), buckets, { ids: page.ids, after, last }))
      // A peer whose pages do not move on is not followed.
      more = last !== null && (after === null || last > after)
      after = last
    }
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
  ): Promise<void> {
    for (let at = 0; at < studies.length; at += MAX_STUDIES) {
      for (const { study, buckets } of await compare(asker, studies.slice(at, at + MAX_STUDIES))) {
        const there = { asker, from, study }
        const theirs = await bucketsOf(there, buckets)
        if (theirs) await settle(there, theirs)
      }
    }
  }
}

export type Reconcile = ReturnType<typeof createReconcile>

/** Our ids of these buckets that a peer's page, which covers all after `after` up to `last` (null: to the end), lacks. */
function missingIn(
  set: IdSet,
  buckets: readonly number[],
  { ids, after, last }: { ids: readonly Hash[]; after: Hash | null; last: Hash | null },
): Hash[] {
  const theirs = new Set(ids)
  const missing: Hash[] = []
  let from = after
  for (let more = true; more;) {
    const page = set.page(buckets, from)
    const covered = page.ids.filter((id) => last === null || id <= last)
    missing.push(...covered.filter((id) => !theirs.has(id)))
    from = page.ids.at(-1) ?? null
    more = page.more && covered.length === page.ids.length && from !== null
  }
  return missing
}
