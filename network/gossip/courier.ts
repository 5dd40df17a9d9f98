import type { Document } from '#domain/documents.ts'
import { studyOf } from '#domain/documents.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import { toWire } from '../identity/documents.ts'
import type { Library } from '../ports.ts'
import { type Asker, MAX_ATTACHED, MAX_IDS } from '../protocols/documents.ts'
import { firstThatFit } from './batch.ts'

/** Ids remembered of what one peer has. */
const MAX_REMEMBERED = 50_000
/** News that may wait for one peer; more than that is left to reconciling. */
const MAX_WAITING = 5000

export interface CourierPorts {
  readonly asker: Asker
  readonly library: Library
  /** The contribution that goes with a document to this peer, or null. */
  readonly goesWith: (document: Document) => Uint8Array | null
  /** A document goes on its way, with so many bytes of the contribution that it names. */
  readonly sent: (document: Document, bytes: number) => void
  /** Called when news did not reach the peer: reconciling will bring it. */
  readonly broken: (error: unknown) => void
}

/** Brings news to one peer: documents at once, or their ids for it to choose from. What comes in meanwhile goes together. */
export function createCourier({ asker, library, goesWith, sent, broken }: CourierPorts) {
  const { gives, haves, knows, give, offer } = createQueue()
  const lacking = new Set<InstitutionId>()
  let running = false

  function brought({ id, author }: Document) {
    lacking.add(author)
    knows(id)
  }

  async function giveBatch() {
    const { batch, attached, sizes } = firstParcel(gives.values(), goesWith)
    for (const one of batch) gives.delete(one.id)
    for (const one of batch) sent(one, attached.get(one)?.length ?? 0)
    await asker.ask({ ask: 'give', documents: batch.map(toWire), ...sizes }, [...attached.values()])
    for (const one of batch) knows(one.id)
  }

  async function offerBatch() {
    const batch = firstOfOneStudy(haves)
    for (const id of batch.ids) haves.delete(id)
    const { want } = await asker.ask({ ask: 'have', ...batch })
    const wanted = new Set(want)
    for (const id of batch.ids) {
      const document = library.get(id)
      if (!document || !wanted.has(id)) {
        if (document) lacking.delete(document.author)
        knows(id)
        continue
      }
      lacking.add(document.author)
      gives.set(id, document)
    }
  }

  async function run() {
    if (running) return
    running = true
    try {
      while (gives.size + haves.size > 0) await (gives.size > 0 ? giveBatch() : offerBatch())
    } catch (error) {
      gives.clear()
      haves.clear()
      broken(error)
    } finally {
      running = false
    }
  }

  return {
    /** The peer lacked this document and has it now. */
    brought,
    /** True when the peer lacked the latest document of this author that it was asked about: it does not hear from the author itself. */
    lacked: (author: InstitutionId) => lacking.has(author),
    lacksSome: () => lacking.size > 0,
    knows,
    /** Brings documents as soon as the line is free. */
    give: (documents: readonly Document[]) => {
      documents.forEach(give)
      void run()
    },
    /** Says that we have these; the peer takes what it lacks. */
    offer: (documents: readonly Document[]) => {
      documents.forEach(offer)
      void run()
    },
    close: () => asker.close(),
  }
}

/** The first documents that fit into one message, with the contributions that go with them. */
function firstParcel(documents: Iterable<Document>, goesWith: CourierPorts['goesWith']) {
  const found = new Map<Document, Uint8Array>()
  const batch = firstThatFit(documents, (one) => {
    const bytes = found.size < MAX_ATTACHED ? goesWith(one) : null
    if (bytes) found.set(one, bytes)
    return bytes?.length ?? 0
  })
  const attached = new Map([...found].filter(([one]) => batch.includes(one)))
  const sizes = [...attached.values()].map((one) => one.length)
  return { batch, attached, sizes: sizes.length > 0 ? { sizes } : {} }
}

/** What waits for one peer: documents to give, and ids (with their studies) to offer. Nothing that it has. */
function createQueue() {
  const gives = new Map<Hash, Document>()
  const haves = new Map<Hash, Hash>()
  const theirs = new Set<Hash>()
  return {
    gives,
    haves,
    /** The peer is known to have this. */
    knows: (id: Hash) => {
      if (theirs.size >= MAX_REMEMBERED) theirs.clear()
      theirs.add(id)
      gives.delete(id)
      haves.delete(id)
    },
    give: (document: Document) => {
      if (theirs.has(document.id) || gives.size >= MAX_WAITING) return
      haves.delete(document.id)
      gives.set(document.id, document)
    },
    offer: (document: Document) => {
      const { id } = document
      if (theirs.has(id) || gives.has(id) || haves.size >= MAX_WAITING) return
      haves.set(id, studyOf(document))
    },
  }
}

/** The ids that wait first in line and belong to one study. */
function firstOfOneStudy(haves: ReadonlyMap<Hash, Hash>): { study: Hash; ids: Hash[] } {
  const study = haves.values().next().value ?? ''
  const ids = [...haves].filter(([, of]) => of === study).map(([id]) => id)
  return { study, ids: ids.slice(0, MAX_IDS) }
}
