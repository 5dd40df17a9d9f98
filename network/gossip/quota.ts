import { studyOf, type Document } from '#domain/documents.ts'
import type { Peer } from '#domain/invitation.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import type { Library } from '../ports.ts'
import { sizeOf } from './batch.ts'

const MiB = 1024 * 1024
/** What a study may take up here, all its documents together, that nobody here has approved. */
const UNAPPROVED_BYTES = 2 * MiB
/** What all such studies of one proposer may; those of proposers that we never paired with share one such allowance. */
const PROPOSED = { studies: 50, bytes: 4 * MiB }
/** What one author's documents may take up in a study that is approved here, and how many times what others need there. */
const AUTHOR_BYTES = 4 * MiB
const TIMES_OTHERS = 8
/** It goes by the third of those whom we know: two who lie together are no measure. */
const MEASURED_BY = 3

export interface QuotaPorts {
  readonly library: Library
  readonly me: InstitutionId
  /** The institutions that ours has confirmed. */
  readonly known: () => readonly Peer[]
}

/**
 * How much of our disk others may use: little before a person here has approved a study, and then no author far more than
 * the others need, however many rounds it names. Counted by what is stored, so a restart changes nothing.
 */
export function createQuota({ library, me, known }: QuotaPorts) {
  const totals = new Map<Hash, Map<InstitutionId, number>>()
  const ours = new Map<Hash, boolean>()

  function totalsOf(study: Hash): Map<InstitutionId, number> {
    const found = totals.get(study) ?? new Map(library.bytesBy(study))
    totals.set(study, found)
    return found
  }
  const bytesOf = (study: Hash) => [...totalsOf(study).values()].reduce((sum, one) => sum + one, 0)

  /** Whether a person here proposed the study or ever approved it. */
  function isOurs(study: Hash): boolean {
    const found = ours.get(study) ?? (library.study(study)?.author === me || hasApproved(library, study, me))
    ours.set(study, found)
    return found
  }
  /** Who answers for a study that nobody here approved; null for all those whom we never paired with. */
  function proposerOf(author: InstitutionId): InstitutionId | null {
    return known().some(({ id }) => id === author) ? author : null
  }
  function proposedFault(author: InstitutionId, size: number, isNew: boolean): string | null {
    const proposer = proposerOf(author)
    const studies = library.studies().filter((id) => {
      const by = library.study(id)?.author
      return by !== undefined && !isOurs(id) && proposerOf(by) === proposer
    })
    if (isNew && studies.length >= PROPOSED.studies) return 'its author has sent too many studies'
    const used = studies.reduce((sum, id) => sum + bytesOf(id), 0)
    return used + size > PROPOSED.bytes ? 'studies of its proposer take up too much here' : null
  }
  function approvedFault(study: Hash, author: InstitutionId, size: number): string | null {
    const by = totalsOf(study)
    const after = (by.get(author) ?? 0) + size
    if (after <= AUTHOR_BYTES) return null
    const others = [me, ...known().map(({ id }) => id)].filter((id) => id !== author)
    const used = others.map((id) => by.get(id) ?? 0).toSorted((a, b) => b - a)
    const most = AUTHOR_BYTES + TIMES_OTHERS * (used[MEASURED_BY - 1] ?? 0)
    return after > most ? 'its author takes up too much in this study' : null
  }

  return {
    /** Why something of this size is too much of an author in a study, or null. Without a study it is one itself. */
    fault(study: Hash | null, author: InstitutionId, size: number): string | null {
      if (author === me) return null
      if (study !== null && isOurs(study)) return approvedFault(study, author, size)
      const used = study === null ? 0 : bytesOf(study)
      if (used + size > UNAPPROVED_BYTES) return 'its study is not approved here and takes up too much'
      const proposer = study === null ? author : library.study(study)?.author
      return proposer === undefined ? null : proposedFault(proposer, size, study === null)
    },
    /** Counts a document that was stored; one of ours may be an approval. */
    enter(document: Document): void {
      const study = studyOf(document)
      const by = totals.get(study)
      by?.set(document.author, (by.get(document.author) ?? 0) + sizeOf(document))
      if (document.author === me) ours.delete(study)
    },
    /** What was entered was not stored after all: it is read anew. */
    forget(study: Hash): void {
      totals.delete(study)
      ours.delete(study)
    },
  }
}

export type Quota = ReturnType<typeof createQuota>

function hasApproved(library: Library, study: Hash, me: InstitutionId): boolean {
  return library
    .ofRound(study, 0)
    .some(({ author, body }) => author === me && body.kind === 'consent' && body.decision === 'approve')
}
