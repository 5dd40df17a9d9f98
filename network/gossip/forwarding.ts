import { studyOf, type Document } from '#domain/documents.ts'
import type { InstitutionId } from '#domain/values.ts'
import type { Clock } from '../ports.ts'
import type { Link } from './link.ts'
import type { Membership } from './membership.ts'

/** What is passed on waits for more to go with it, and for others to bring it first. */
const GATHER_MS = 40

/** Brings documents to those whose turn it is by their routes, and offers them to those who may lack them. */
export function createForwarding(membership: Membership, links: ReadonlyMap<InstitutionId, Link>) {
  /**
   * In a small circle most have it from its author, and are asked all the same. In a large one those are asked who lacked
   * something of the author's before; what else went astray is found when it is quiet.
   */
  function mayLack({ id, courier }: Link, document: Document): boolean {
    const study = studyOf(document)
    if (!membership.shares(study, id)) return false
    return membership.routes(study)?.isSmall === true || courier.lacked(document.author)
  }

  return function passOn(documents: readonly Document[]): void {
    const turns = documents.map((one) => new Set(membership.routes(studyOf(one))?.onward(one.author)))
    for (const link of links.values()) {
      link.courier.give(documents.filter((_, i) => turns[i]?.has(link.id)))
      link.courier.offer(documents.filter((one) => mayLack(link, one)))
    }
  }
}

/** Keeps documents for a moment, and passes on together what came in it. */
export function createGathering(clock: Clock, pass: (documents: readonly Document[]) => void) {
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
