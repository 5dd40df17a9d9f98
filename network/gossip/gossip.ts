import { studyOf, type Document } from '#domain/documents.ts'
import type { Peer } from '#domain/invitation.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import type { Node } from '../node.ts'
import type { Clock, Library, Shelf } from '../ports.ts'
import { answerAll, DOCUMENTS } from '../protocols/documents.ts'
import { createAnswering } from './answering.ts'
import { createBlobs } from './blobs.ts'
import { createHand } from './hand.ts'
import { createHolders } from './holders.ts'
import { createIntake } from './intake.ts'
import { createLedger } from './ledger.ts'
import { createLinks } from './links.ts'
import { createMembership } from './membership.ts'
import { createPatience } from './patience.ts'
import { createQuota } from './quota.ts'
import { createReconcile } from './reconcile.ts'
import { createSets } from './sets.ts'
import { createTransfer } from './transfer.ts'

/** What gossip asks of the rest of the application, and tells it. */
export interface GossipListeners {
  /** Whether an institution's key was replaced or revoked: nothing new of it is taken. */
  readonly isRetired?: (author: InstitutionId) => boolean
  /** The door: null when these bytes may leave for this member, otherwise why not. Asked before the first byte and every chunk. */
  readonly mayLeave: (study: Hash, hash: Hash, to: InstitutionId) => string | null
  /** A document of another institution was verified and stored. */
  readonly onDocument: (document: Document) => void
  /** An author signed two different documents where one is allowed. Both are stored. */
  readonly onEquivocation: (first: Document, second: Document) => void
  /** So many bytes of a blob went to a member. */
  readonly onSent?: (study: Hash, hash: Hash, to: InstitutionId, bytes: number) => void
  /** Our sets of these studies were made the same as a member's. */
  readonly compared?: (member: InstitutionId, studies: readonly Hash[]) => void
  /** Something was refused or did not work; for the local log. */
  readonly failed?: (what: string, error: unknown) => void
  /** Runs several writes as one transaction; without it each is its own. */
  readonly together?: <T>(work: () => T) => T
}

export interface GossipPorts extends GossipListeners {
  readonly node: Node
  readonly library: Library
  readonly shelf: Shelf
  readonly clock: Clock
  readonly connected: () => readonly InstitutionId[]
  /** The institutions that ours has confirmed. */
  readonly known: () => readonly Peer[]
}

/**
 * Spreads signed documents and masked contributions: each study is a set that all its members come to hold, by news
 * that go at once and by comparing sets now and then, over whatever connections there are.
 */
export async function createGossip(ports: GossipPorts) {
  const { node, library } = ports
  const { failed = () => {}, onSent = () => {}, compared = () => {}, together = (work) => work() } = ports
  const membership = createMembership(library, node.id)
  const sets = createSets(library)
  const ledger = createLedger(library)
  const patience = createPatience(ports.clock)
  const quota = createQuota({ ...ports, me: node.id })
  const holders = createHolders()
  const hand = createHand({ ...ports, me: node.id })
  const onDocument = (document: Document) => {
    holders.note(document)
    ports.onDocument(document)
  }
  const take = createIntake({
    ...ports,
    me: node.id,
    membership,
    sets,
    ledger,
    quota,
    patience,
    together,
    onDocument,
    failed,
  })
  const transfer = createTransfer({
    ...{ library, sets, take },
    brought: (to, documents) => links.brought(to, documents),
    arrived: (documents) => links.offer(documents),
  })
  const reconcile = createReconcile(sets, transfer)
  const links = createLinks({ ...ports, membership, reconcile, hand, onSent, compared, failed })
  const { seenAt, offer: arrived } = links
  const answering = createAnswering({
    ...{ library, membership, sets, take, patience, keep: hand.keep, seenAt, arrived },
  })
  await node.handle(DOCUMENTS, (stream, from) => answerAll(stream, from, answering))
  const { fetch } = await createBlobs({ ...ports, membership, holders, hand, onSent, failed })

  return {
    /** Brings a document of ours, which is stored already, to the members of its study. */
    publish: (document: Document): void => {
      sets.of(studyOf(document)).add(document.id)
      ledger.enter(document)
      quota.enter(document)
      holders.note(document)
      links.give(document)
      if (document.body.kind !== 'consent') return
      // More of the study is taken from now on than before: what was refused till now is asked for again.
      transfer.forgive()
      links.compare(document.body.study)
    },
    /** Bytes with this hash from any member that may give them. Rejects with 'peer-unreachable' when the signal aborts. */
    fetch,
    connected: ports.connected,
    /** Reads a study's set anew from the library and compares it with all connected members. */
    reconcile: (study: Hash): void => {
      sets.forget(study)
      links.compare(study)
    },
    peerChanged: links.peerChanged,
    stop: links.close,
  }
}
