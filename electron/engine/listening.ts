import { studyOf, type Certificate, type Document, type DocumentKind } from '#domain/documents.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import type { GossipListeners } from '#network/gossip/gossip.ts'
import type { PeerState } from '#network/peers/book.ts'
import type { Rounds } from '#network/rounds/runner.ts'
import { isRetired } from '#store/key-statements.ts'
import { isPaused } from '#store/participations.ts'
import { getPeer, notePeerSeen, putPeer } from '#store/peers.ts'
import { createOthersLogs } from './others-logs.ts'
import { createPeerNotes, type PeerNotes } from './peer-notes.ts'
import type { Ports } from './ports.ts'
import type { Restored } from './restored.ts'
import { faultOf } from './study-shapes.ts'

/** Documents that change how a study looks. */
const changesStudy = new Set<DocumentKind>(['study', 'consent', 'withdrawal', 'figures'])

type Hearing = Pick<Ports, 'db' | 'library' | 'clock' | 'announce' | 'log' | 'signer'> & {
  readonly rounds: Rounds
  readonly restored: Pick<Restored, 'cameBack' | 'compared'>
}

/** What this institution does when something reaches it from others. */
export function createListening(ports: Hearing) {
  const { db, library, signer, announce, log, rounds, restored } = ports
  const peerNotes = createPeerNotes(ports)
  const { note } = peerNotes
  const othersLogs = createOthersLogs(ports, peerNotes)

  /** Takes part in a study from now on, unless its rounds are paused here or it cannot run here at all. */
  function watch(study: Hash): void {
    const body = library.study(study)?.body
    if (!body || faultOf(body) !== null) return
    rounds.watch(study)
    if (isPaused(db, study)) rounds.pause(study)
  }

  function onDocument(document: Document): void {
    const study = studyOf(document)
    const { author, body } = document
    if (author === signer.id) restored.cameBack(document)
    if (body.kind === 'study') {
      note(author, { action: 'study-received', object: study, outcome: `version ${body.version}` })
      watch(study)
    }
    if (isCertificate(document)) othersLogs.compare(document)
    rounds.documentArrived(document)
    if (body.kind === 'note') announce({ event: 'notes.changed', study })
    if (body.kind === 'consent' || body.kind === 'withdrawal') announce({ event: 'consents.changed', study })
    if (changesStudy.has(body.kind)) {
      announce({ event: 'studies.changed', study })
    }
  }

  /** Two signatures where one may be are evidence by themselves: everyone here can see them. */
  function onEquivocation(first: Document, second: Document): void {
    const detail = [first.id, second.id].toSorted()
    note(first.author, {
      action: 'equivocation-seen',
      object: studyOf(first),
      outcome: first.body.kind,
      detail,
    })
    rounds.documentArrived(second)
  }

  const gossip: Omit<Required<GossipListeners>, 'mayLeave' | 'onSent'> = {
    onDocument,
    onEquivocation,
    isRetired: (author) => isRetired(db, author),
    compared: restored.compared,
    failed: (what, error) => log('warn', 'network-failed', { what, error }),
    // A power cut may undo what others brought until we sign something: that reaches the disk after all that it rests on.
    together: (work) => db.loosely(work),
  }
  return { watch, gossip, acquaintance: createAcquaintance(ports, peerNotes), settle: peerNotes.settle }
}

function isCertificate(document: Document): document is Document<Certificate> {
  return document.body.kind === 'certificate'
}

/** What this institution keeps of how others are reached. */
function createAcquaintance({ db, announce }: Pick<Hearing, 'db' | 'announce'>, { note }: PeerNotes) {
  /** Keeps where a known institution was last reached. Its name stays the one that we confirmed. */
  function onPeer({ id, addresses, connected, lastSeen }: PeerState): void {
    const known = getPeer(db, id)
    db.loosely(() => {
      if (known && connected && JSON.stringify(known.addresses) !== JSON.stringify(addresses)) {
        putPeer(db, { id, name: known.name, addresses: [...addresses], confirmedAt: known.confirmedAt })
      }
      if (known && lastSeen !== null) notePeerSeen(db, id, lastSeen)
    })
    announce({ event: 'peers.changed' })
  }

  const sameKeySeen = new Set<InstitutionId>()
  /** Two institutions run with this key: ours or a known one's home was copied. Written down once. */
  function onSameKey(id: InstitutionId): void {
    if (sameKeySeen.has(id)) return
    sameKeySeen.add(id)
    note(id, { action: 'same-key-seen', object: id, outcome: 'refused' })
  }

  return { onPeer, onSameKey }
}
