import type { Commitment, Document } from '#domain/documents.ts'
import { forbids } from '#domain/permission.ts'
import type { Decided } from '#domain/round.ts'
import { smallestRoster, type Study } from '#domain/study.ts'
import type { Hash } from '#domain/values.ts'
import { openAttempt } from './decision.ts'
import { memberIds, ofKind, readRecord } from './record.ts'
import type { RoundsPorts } from './runner.ts'
import { contextOf } from './situation.ts'

type DoorPorts = Pick<RoundsPorts, 'library' | 'signer' | 'clock' | 'confirmed'>

/**
 * The network's door: may the bytes with this hash leave? Derived anew from the stored signed documents for each request.
 * Our own contribution leaves only while its roster, plan, dataset and time are what our consent says.
 * Others' contributions leave where a roster of the open round calls for them, and decided artefacts are the members' to have
 * already. That bytes belong to this study at all, the shelf knows: a document may name whatever its author likes.
 */
export function mayLeave(
  ports: DoorPorts,
  study: Document<Study>,
  decided: readonly Decided[],
  hash: Hash,
): string | null {
  if (decided.some((one) => isArtefact(one.outcome, hash))) return null
  const documents = ports.library.ofRound(study.id, decided.length + 1)
  const commitments = ofKind(documents, 'commitment').filter((one) => one.body.contribution === hash)
  // Ours first: whatever others sign about these bytes, what we contribute leaves by our own consent alone.
  const own = commitments.find((one) => one.author === ports.signer.id)
  if (own) return ownFault(ports, study, documents, own)
  if (commitments.some((one) => isCalledFor(documents, one))) return null
  if (commitments.length > 0) return 'no roster calls for these bytes'
  const certified = ofKind(documents, 'certificate').some((one) => isArtefact(one.body.outcome, hash))
  return certified ? null : 'no document of the open round names these bytes'
}

function isArtefact(outcome: Decided['outcome'], hash: Hash): boolean {
  return outcome.result === 'sum' && outcome.artefact === hash
}

/** Whether a roster of the open round counts on this commitment's author, in this very context. */
function isCalledFor(documents: readonly Document[], { author, body }: Document<Commitment>): boolean {
  return ofKind(documents, 'roster').some(
    (one) => contextOf(one.body) === body.ctx && memberIds(one).has(author),
  )
}

function ownFault(
  { library, signer, clock, confirmed }: DoorPorts,
  study: Document<Study>,
  documents: readonly Document[],
  { body }: Document<Commitment>,
): string | null {
  if (openAttempt(readRecord(documents), signer.id) > body.attempt) return 'we have abandoned the attempt'
  const roster = ofKind(documents, 'roster').find((one) => contextOf(one.body) === body.ctx)
  if (!roster) return 'the roster is unknown'
  const general = library.ofRound(study.id, 0)
  const file = { study, consents: ofKind(general, 'consent'), withdrawals: ofKind(general, 'withdrawal') }
  const counted = [...memberIds(roster)].filter((id) => id === signer.id || confirmed(id))
  if (counted.length < smallestRoster(study.body)) return 'too few members of the roster are confirmed'
  return forbids(file, { me: signer.id, roster, dataset: body.dataset, at: clock.now() })
}
