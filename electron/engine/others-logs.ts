import type { Certificate, Document } from '#domain/documents.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import { ofKind } from '#network/rounds/record.ts'
import { listCertificates } from '#store/signers.ts'
import type { PeerNotes } from './peer-notes.ts'
import type { Ports } from './ports.ts'

type Certified = Document<Certificate>

/** What one member said of its audit log: a hash for each length, and the length in each of its attempts of each study. */
interface Trail {
  readonly heads: Map<number, Certified>
  readonly studies: Map<Hash, Certified[]>
}

/**
 * Compares what members say of their own audit logs in their certificates. A log that only grows has one hash for each
 * length, and is never shorter in a later round. Who breaks this has changed or shortened its log, or went back to an old
 * copy of its home: both certificates are kept, and it is written down with both their ids.
 */
export function createOthersLogs({ db, signer }: Pick<Ports, 'db' | 'signer'>, { note }: PeerNotes) {
  const trails = new Map<InstitutionId, Trail>()

  function trailOf(author: InstitutionId): Trail {
    const known = trails.get(author)
    if (known) return known
    const trail: Trail = { heads: new Map(), studies: new Map() }
    trails.set(author, trail)
    for (const one of ofKind(listCertificates(db, author), 'certificate')) add(trail, one)
    return trail
  }

  return {
    /** Looks at a certificate that was stored. */
    compare(one: Certified): void {
      if (one.author === signer.id) return
      const trail = trailOf(one.author)
      const other = contradictionOf(trail, one)
      add(trail, one)
      if (!other) return
      const outcome = other.body.auditLength === one.body.auditLength ? 'another log' : 'a shorter log'
      const detail = [other.id, one.id].toSorted()
      note(one.author, { action: 'log-contradiction-seen', object: one.body.study, outcome, detail })
    },
  }
}

function add({ heads, studies }: Trail, one: Certified): void {
  const { study, auditLength } = one.body
  if (!heads.has(auditLength)) heads.set(auditLength, one)
  const list = studies.get(study)
  if (list) list.push(one)
  else studies.set(study, [one])
}

/** An earlier certificate of the same member that cannot be true together with this one. */
function contradictionOf({ heads, studies }: Trail, one: Certified): Certified | null {
  const same = heads.get(one.body.auditLength)
  if (same && same.body.auditHead !== one.body.auditHead) return same
  const others = studies.get(one.body.study) ?? []
  return others.find((other) => isShrunk(other, one) || isShrunk(one, other)) ?? null
}

/** Whether the log was shorter in the later of two attempts. */
function isShrunk({ body: before }: Certified, { body: after }: Certified): boolean {
  const isLater =
    after.round > before.round || (after.round === before.round && after.attempt > before.attempt)
  return isLater && after.auditLength < before.auditLength
}
