import type { Document } from '#domain/documents.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import { toWire } from '../identity/documents.ts'
import type { Library } from '../ports.ts'
import { type Asker, MAX_IDS } from '../protocols/documents.ts'
import { firstThatFit } from './batch.ts'
import type { Intake } from './intake.ts'
import type { Sets } from './sets.ts'

/** Ids remembered that a peer listed and did not give, or gave in a form that was refused. */
const MAX_REFUSED = 10_000
const READ_AT_ONCE = 200
/** Gives remembered, and how often one document is given to one peer by comparing sets. */
const MAX_GIVEN = 100_000
const MOST_GIVES = 3

export interface TransferPorts {
  readonly library: Library
  readonly sets: Sets
  readonly take: Intake
  /** A peer took these, which it had lacked. */
  readonly brought: (to: InstitutionId, documents: readonly Document[]) => void
  /** Documents that a peer gave and that were new to us. */
  readonly arrived: (documents: readonly Document[]) => void
}

/** Brings many documents to a peer or from it, in batches that each wait for an answer. */
export function createTransfer({ library, sets, take, brought, arrived }: TransferPorts) {
  const refused = new Set<string>()
  const given = new Map<string, number>()

  function refuse(from: InstitutionId, ids: readonly Hash[]) {
    if (refused.size >= MAX_REFUSED) refused.clear()
    for (const id of ids) refused.add(`${from}/${id}`)
  }

  /** True a few times: what a peer does not take then, it refuses, as more than a few of an author who signed twice. */
  function mayGive(to: InstitutionId, id: Hash): boolean {
    const key = `${to}/${id}`
    const times = given.get(key) ?? 0
    if (given.size >= MAX_GIVEN) given.clear()
    given.set(key, times + 1)
    return times < MOST_GIVES
  }

  /** Gives the peer these documents of ours, unless it had them offered a few times and did not take them. */
  async function giveAll(asker: Asker, to: InstitutionId, ids: readonly Hash[]): Promise<void> {
    for (let at = 0; at < ids.length; at += READ_AT_ONCE) {
      const part = ids.slice(at, at + READ_AT_ONCE).filter((id) => mayGive(to, id))
      let left: Document[] = part.flatMap((id) => library.get(id) ?? [])
      while (left.length > 0) {
        const batch = firstThatFit(left)
        await asker.ask({ ask: 'give', documents: batch.map(toWire) })
        brought(to, batch)
        left = left.slice(batch.length)
      }
    }
  }

  /** Takes these from the peer. What is not good is not asked of it again. */
  async function wantAll(
    asker: Asker,
    from: InstitutionId,
    study: Hash,
    ids: readonly Hash[],
  ): Promise<void> {
    const isOpen = (id: Hash) => !sets.of(study).has(id) && !refused.has(`${from}/${id}`)
    for (let left = ids.filter(isOpen); left.length > 0; left = left.filter(isOpen)) {
      const part = left.slice(0, MAX_IDS)
      const { documents } = await asker.ask({ ask: 'want', study, ids: part })
      arrived(await take(from, documents))
      // The answer holds the first of what we asked for that fit: what is missing before the last good one is not good.
      const last = part.findLastIndex((id) => sets.of(study).has(id))
      const judged = last < 0 ? Math.max(1, documents.length) : last
      refuse(
        from,
        part.slice(0, judged).filter((id) => !sets.of(study).has(id)),
      )
    }
  }

  return {
    giveAll,
    wantAll,
    /** What was refused may be taken now. */
    forgive: (): void => refused.clear(),
  }
}

export type Transfer = ReturnType<typeof createTransfer>
