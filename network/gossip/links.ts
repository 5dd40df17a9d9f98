import { studyOf, type Document } from '#domain/documents.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import type { Clock } from '../ports.ts'
import { createLink, type Link, type LinkPorts } from './link.ts'

/** Ids are offered together: those who hear of the same news from its author in this time are spared. */
const GATHER_MS = 20
/** With more institutions connected than these, each set is compared less often, so that the work stays the same. */
const COMPARED_AT_ONCE = 8

/** One link for each connected institution: news go over it, and sets are compared now and then. */
export function createLinks(ports: LinkPorts) {
  const { membership } = ports
  const links = new Map<InstitutionId, Link>()
  const crowd = () => Math.max(1, links.size / COMPARED_AT_ONCE)
  const gather = createGathering(ports.clock, (documents) => {
    for (const link of links.values()) link.courier.offer(documents.filter((one) => mayLack(link, one)))
  })
  const sharing = (study: Hash) => [...links.values()].filter((link) => membership.shares(study, link.id))

  /** Most have it from its author. Our neighbours are asked all the same, and those who lacked something of the author's before. */
  function mayLack({ id, courier }: Link, document: Document): boolean {
    const study = studyOf(document)
    return (
      membership.isNeighbour(study, id) || (membership.shares(study, id) && courier.lacked(document.author))
    )
  }

  function passOn(study: Document) {
    for (const link of sharing(study.id)) link.courier.give(study)
    // Others may have offered us its documents before we knew it.
    compare(study.id)
  }

  return {
    /** Opens or closes the link to an institution. */
    peerChanged: (id: InstitutionId, connected: boolean): void => {
      if (connected === links.has(id)) return
      if (connected) return void links.set(id, createLink(ports, id, crowd))
      links.get(id)?.close()
      links.delete(id)
    },
    /** Brings a document of ours to all connected members at once. */
    give: (document: Document): void => {
      for (const link of sharing(studyOf(document))) link.courier.give(document)
    },
    /** Offers what others brought us to the members who may lack it. A study itself goes at once: without it they want nothing. */
    offer: (documents: readonly Document[]): void => {
      for (const one of documents) if (one.body.kind === 'study') passOn(one)
      gather.add(documents.filter((one) => one.body.kind !== 'study'))
    },
    seenAt: (id: InstitutionId, ids: readonly Hash[]): void => {
      for (const one of ids) links.get(id)?.courier.knows(one)
    },
    /** A peer lacked these when its set was compared with ours, and has them now. */
    brought: (id: InstitutionId, documents: readonly Document[]): void => {
      for (const one of documents) links.get(id)?.courier.brought(one)
    },
    /** Compares a study's set with all connected members now. */
    compare,
    close: (): void => {
      gather.stop()
      for (const link of links.values()) link.close()
      links.clear()
    },
  }

  function compare(study: Hash): void {
    for (const link of sharing(study)) link.compare()
  }
}

/** Keeps documents for a moment, and passes on together what came in it. */
function createGathering(clock: Clock, pass: (documents: readonly Document[]) => void) {
  let gathered: Document[] = []
  let cancel: (() => void) | null = null

  function passOn() {
    cancel = null
    const documents = gathered
    gathered = []
    pass(documents)
  }
  return {
    add(documents: readonly Document[]): void {
      gathered.push(...documents)
      if (documents.length > 0) cancel ??= clock.after(GATHER_MS, passOn)
    },
    stop: (): void => cancel?.(),
  }
}
