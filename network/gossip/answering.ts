import * as v from 'valibot'
import { Hash, type InstitutionId } from '#domain/values.ts'
import { sha256 } from '../hash.ts'
import { toWire } from '../identity/documents.ts'
import type { Document } from '#domain/documents.ts'
import type { Library } from '../ports.ts'
import type { Answering } from '../protocols/documents.ts'
import { firstThatFit } from './batch.ts'
import type { Intake } from './intake.ts'
import type { Membership } from './membership.ts'
import type { Patience } from './patience.ts'
import type { Sets } from './sets.ts'

export interface AnsweringPorts {
  readonly library: Library
  readonly membership: Membership
  readonly sets: Sets
  readonly take: Intake
  readonly patience: Patience
  /** Contributions that came with the documents of a study. */
  readonly keep: (bytes: Uint8Array, study: Hash) => void
  /** A peer is known to have these documents of a study. */
  readonly seenAt: (from: InstitutionId, ids: readonly Hash[]) => void
  /** Documents that a peer brought and that were new to us. */
  readonly arrived: (documents: readonly Document[]) => void
}

/** Answers peers' questions about documents. Only members of a study learn anything of its set. */
export function createAnswering(ports: AnsweringPorts) {
  const { library, membership, sets, take, patience, keep, seenAt, arrived } = ports
  const setFor = (from: InstitutionId, study: Hash) =>
    membership.shares(study, from) ? sets.of(study) : null

  const answering: Answering<InstitutionId> = {
    roots({ roots }, from) {
      const differ = roots.flatMap(({ study, root }) => {
        const set = setFor(from, study)
        if (set?.root() === root) return []
        return [{ study, buckets: set?.digests() ?? null }]
      })
      return { differ }
    },
    list: ({ study, buckets, after }, from) =>
      setFor(from, study)?.page(buckets, after) ?? { ids: [], more: false },
    want({ study, ids }, from) {
      const set = setFor(from, study)
      const wanted = set ? ids.filter((id) => set.has(id)) : []
      return { documents: firstThatFit(documentsOf(library, wanted)).map(toWire) }
    },
    have({ study, ids }, from) {
      const set = setFor(from, study)
      if (set) seenAt(from, ids)
      return { want: set ? ids.filter((id) => !set.has(id)) : [] }
    },
    async give({ documents }, from, attached) {
      // Before anybody hears of the documents that name them.
      for (const { study, bytes } of named(documents, attached)) if (setFor(from, study)) keep(bytes, study)
      const taken = await take(from, documents)
      seenAt(
        from,
        taken.map((one) => one.id),
      )
      arrived(taken)
      await patience.rest(from)
      return { taken: taken.length }
    },
  }
  return answering
}

/** What a commitment says of its contribution, before it is checked. */
const Naming = v.looseObject({
  body: v.looseObject({ kind: v.literal('commitment'), study: Hash, contribution: Hash }),
})

/** Contributions with the studies of those documents that came with them and name them; what none of them names is dropped. */
function named(documents: readonly unknown[], attached: readonly Uint8Array[]) {
  if (attached.length === 0) return []
  const bodies = documents.flatMap((one) => (v.is(Naming, one) ? [one.body] : []))
  const studies = Map.groupBy(bodies, (one) => one.contribution)
  return attached.flatMap((bytes) => {
    const found = new Set((studies.get(sha256(bytes)) ?? []).map(({ study }) => study))
    return [...found].map((study) => ({ study, bytes }))
  })
}

/** Reads documents one by one, so that no more are read than are sent. */
function* documentsOf(library: Library, ids: readonly Hash[]): Generator<Document> {
  for (const id of ids) {
    const document = library.get(id)
    if (document) yield document
  }
}
