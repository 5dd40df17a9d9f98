import { studyOf, type Document } from '#domain/documents.ts'
import type { InstitutionId } from '#domain/values.ts'
import type { Clock } from '../ports.ts'
import { createBreath } from './breath.ts'
import type { Link } from './link.ts'
import type { Membership } from './membership.ts'

/** What is passed on waits for more to go with it, and for others to bring it first. */
const GATHER_MS = 40

/** Brings documents to those whose turn it is by their routes, and offers them to those who may lack them. */
export function createForwarding(membership: Membership, links: ReadonlyMap<InstitutionId, Link>) {
  /** In a small circle most have it from its author, and are asked all the same. */
  const isForAll = (document: Document) => membership.routes(studyOf(document))?.isSmall === true

  /** In a large one those are asked who lacked something of the author's before; what else went astray is found when it is quiet. */
  function mayLack({ id, courier }: Link, document: Document): boolean {
    const isAsked = isForAll(document) || courier.lacked(document.author)
    return isAsked && membership.shares(studyOf(document), id)
  }

  function giveOnward(documents: readonly Document[]): void {
    const turns = new Map<InstitutionId, Document[]>()
    for (const one of documents) {
      for (const id of membership.routes(studyOf(one))?.onward(one.author) ?? []) {
        turns.set(id, [...(turns.get(id) ?? []), one])
      }
    }
    for (const [id, turn] of turns) links.get(id)?.courier.give(turn)
  }

  return function passOn(documents: readonly Document[]): void {
    giveOnward(documents)
    const areAsked = documents.some(isForAll)
    for (const link of links.values()) {
      if (areAsked || link.courier.lacksSome()) {
        link.courier.offer(documents.filter((one) => mayLack(link, one)))
      }
    }
  }
}

/** Keeps documents for a moment, and passes on together what came in it. */
export function createGathering(clock: Clock, pass: (documents: readonly Document[]) => void) {
  const breathe = createBreath(clock, GATHER_MS)
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
      if (documents.length > 0) cancel ??= breathe(passOn)
    },
    stop: (): void => cancel?.(),
  }
}
