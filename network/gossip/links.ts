import { createHash } from 'node:crypto'
import { studyOf, type Document } from '#domain/documents.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import type { Node } from '../node.ts'
import type { Clock, Library } from '../ports.ts'
import { createAsker, DOCUMENTS } from '../protocols/documents.ts'
import { createCourier } from './courier.ts'
import type { Membership } from './membership.ts'
import type { Reconcile } from './reconcile.ts'

/** Ids are offered together: those who hear of the same news from its author in this time are spared. */
const GATHER_MS = 20
/** Sets are compared this often even when nothing seems to be missing. */
const COMPARE_MS = 5000
const AFTER_FAILURE_MS = 1000
const OPEN_MS = 10_000

export interface LinksPorts {
  readonly node: Node
  readonly library: Library
  readonly membership: Membership
  readonly clock: Clock
  readonly reconcile: Reconcile
  readonly failed: (what: string, error: unknown) => void
}

/** One link for each connected institution: news go over it, and sets are compared now and then. */
export function createLinks(ports: LinksPorts) {
  const { membership, clock } = ports
  const links = new Map<InstitutionId, Link>()
  let gathered: Document[] = []
  let cancelGather: (() => void) | null = null

  const sharing = (study: Hash) => [...links.values()].filter((link) => membership.shares(study, link.id))

  function offerGathered() {
    cancelGather = null
    const documents = gathered
    gathered = []
    for (const link of links.values()) {
      link.courier.offer(documents.filter((one) => membership.shares(studyOf(one), link.id)))
    }
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
      if (connected) {
        links.set(
          id,
          createLink(ports, id, (studies) => studies.forEach((study) => compare(study, id))),
        )
        return
      }
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
      gathered.push(...documents.filter((one) => one.body.kind !== 'study'))
      if (documents.length > 0) cancelGather ??= clock.after(GATHER_MS, offerGathered)
    },
    seenAt: (id: InstitutionId, ids: readonly Hash[]): void => {
      for (const one of ids) links.get(id)?.courier.knows(one)
    },
    /** Compares a study's set with all connected members now, but one. */
    compare,
    close: (): void => {
      cancelGather?.()
      for (const link of links.values()) link.close()
      links.clear()
    },
  }

  function compare(study: Hash, except?: InstitutionId): void {
    for (const link of sharing(study)) if (link.id !== except) link.compare()
  }
}

type Link = ReturnType<typeof createLink>

function createLink(
  { node, library, membership, clock, reconcile, failed }: LinksPorts,
  id: InstitutionId,
  onNews: (studies: readonly Hash[]) => void,
) {
  const end = new AbortController()
  const asker = createAsker(() => node.open(id, DOCUMENTS, AbortSignal.timeout(OPEN_MS)))
  const broken = (error: unknown) => {
    if (end.signal.aborted) return
    failed('news', error)
    compareIn(AFTER_FAILURE_MS)
  }
  const courier = createCourier({ asker, library, broken })
  let running = false
  let again = false
  let cancel = () => {}

  function compareIn(ms: number) {
    cancel()
    if (!end.signal.aborted) cancel = clock.after(ms, compare)
  }

  function compare(): void {
    again = true
    if (!running) void run()
  }

  async function run() {
    running = true
    cancel()
    try {
      while (again && !end.signal.aborted) {
        again = false
        onNews(await reconcile(asker, id, membership.common(id)))
      }
      compareIn(spread(COMPARE_MS, node.id + id))
    } catch (error) {
      if (!end.signal.aborted) failed('compare', error)
      compareIn(AFTER_FAILURE_MS)
    } finally {
      running = false
    }
  }

  compare()
  return {
    id,
    courier,
    compare,
    close: () => {
      end.abort()
      cancel()
      asker.close()
    },
  }
}

/** Between three quarters and five quarters of a time, always the same for the same pair. */
function spread(ms: number, pair: string): number {
  return ms * (0.75 + createHash('sha256').update(pair).digest().readUInt8() / 512)
}
