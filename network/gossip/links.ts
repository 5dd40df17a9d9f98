import { studyOf, type Document } from '#domain/documents.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import { createForwarding, createGathering } from './forwarding.ts'
import { createLink, type Link, type LinkPorts } from './link.ts'
import { createQuiet } from './quiet.ts'

/** With more institutions connected than these, each set is compared less often: it is when it got quiet, with some of them. */
const COMPARED_AT_ONCE = 8

/** One link for each connected institution: news go over it, and sets are compared now and then. */
export function createLinks(ports: LinkPorts) {
  const { membership } = ports
  const links = new Map<InstitutionId, Link>()
  const isThere = (id: InstitutionId) => links.has(id)
  const crowd = () => Math.max(1, (links.size / COMPARED_AT_ONCE) ** 2)
  const passOn = createForwarding(membership, links)
  const gather = createGathering(ports.clock, passOn)
  const quiet = createQuiet(ports.clock, (study) => {
    for (const id of membership.routes(study)?.some(isThere) ?? []) links.get(id)?.compare()
  })

  function stir(documents: readonly Document[]): void {
    for (const study of new Set(documents.map(studyOf))) {
      if (membership.routes(study)?.isSmall === false) quiet.stir(study)
    }
  }

  function compare(study: Hash): void {
    for (const link of links.values()) if (membership.shares(study, link.id)) link.compare()
  }

  return {
    /** Opens or closes the link to an institution. */
    peerChanged: (id: InstitutionId, connected: boolean): void => {
      if (connected === links.has(id)) return
      if (connected) return void links.set(id, createLink(ports, id, crowd))
      links.get(id)?.close()
      links.delete(id)
    },
    /** Brings a document of ours on its way at once. */
    give: (document: Document): void => {
      const routes = membership.routes(studyOf(document))
      for (const id of routes?.first(isThere) ?? []) links.get(id)?.courier.give([document])
      if (!routes?.isSmall) gather.add([document])
      stir([document])
    },
    /** Passes on what others brought us. A study itself goes at once: without it others want nothing of it. */
    offer: (documents: readonly Document[]): void => {
      const studies = documents.filter((one) => one.body.kind === 'study')
      if (studies.length > 0) passOn(studies)
      // Others may have offered us its documents before we knew it.
      for (const one of studies) if (membership.routes(one.id)?.isSmall) compare(one.id)
      gather.add(documents.filter((one) => one.body.kind !== 'study'))
      stir(documents)
    },
    seenAt: (id: InstitutionId, ids: readonly Hash[]): void => {
      for (const one of ids) links.get(id)?.courier.knows(one)
    },
    /** A peer lacked these when its set was compared with ours, and has them now. While news are on their way that means nothing. */
    brought: (id: InstitutionId, documents: readonly Document[]): void => {
      for (const one of documents) {
        const courier = links.get(id)?.courier
        if (quiet.isStirred(studyOf(one))) courier?.knows(one.id)
        else courier?.brought(one)
      }
    },
    /** Compares a study's set with all connected members now. */
    compare,
    close: (): void => {
      gather.stop()
      quiet.stop()
      for (const link of links.values()) link.close()
      links.clear()
    },
  }
}
