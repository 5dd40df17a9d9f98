import { createHash, randomBytes } from 'node:crypto'
import type { Document } from '#domain/documents.ts'
import type { Peer } from '#domain/invitation.ts'
import type { Study } from '#domain/study.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import { aStudy } from '#kit/sample-study.ts'
import { createMemoryLibrary, createMemoryShelf } from '#kit/memory-library.ts'
import { realClock, until } from '#kit/real-clock.ts'
import { signDocument } from '#network/identity/documents.ts'
import { createIdentity } from '#network/identity/identity.ts'
import { createNetwork, type Network } from '#network/network.ts'
import type { PeerState } from '#network/peers/book.ts'
import type { Clock, Library, Shelf } from '#network/ports.ts'

export interface HospitalOptions {
  readonly listen?: readonly string[]
  readonly advertise?: readonly string[]
  readonly clock?: Clock
  readonly proxy?: boolean
  readonly place?: () => string
  /** Null: every blob may leave. */
  readonly mayLeave?: (hash: Hash, to: InstitutionId, study: Hash) => string | null
  readonly onDocument?: (document: Document) => void
  readonly library?: Library
  readonly shelf?: Shelf
}

/** One institution of a test: a real node on loopback over a library in memory, which outlives restarts. */
export function createHospital(number: number, options: HospitalOptions = {}) {
  const seed = createHash('sha256').update(`hospital ${number}`).digest()
  const identity = createIdentity(seed)
  const name = `Hospital ${number}`
  const library = options.library ?? createMemoryLibrary()
  const shelf = options.shelf ?? createMemoryShelf()
  const known = new Map<InstitutionId, Peer>()
  const seen: {
    documents: Document[]
    pairs: [Document, Document][]
    peers: PeerState[]
    sameKeys: InstitutionId[]
    failures: string[]
  } = {
    documents: [],
    pairs: [],
    peers: [],
    sameKeys: [],
    failures: [],
  }
  let sent = 0
  let listen: (document: Document) => void = () => {}
  let network: Network | null = null

  function net(): Network {
    if (!network) throw new Error('This hospital is not running')
    return network
  }
  async function start(addresses = options.listen ?? ['/ip4/127.0.0.1/tcp/0']) {
    network = await createNetwork({
      seed,
      name,
      listen: addresses,
      known: () => [...known.values()],
      library,
      shelf,
      clock: options.clock ?? realClock,
      random: randomBytes,
      advertise: options.advertise ?? null,
      proxy: () => options.proxy === true,
      ...(options.place ? { place: options.place } : {}),
      onSameKey: (id) => seen.sameKeys.push(id),
      mayLeave: (study, hash, to) => options.mayLeave?.(hash, to, study) ?? null,
      onDocument: (document) => {
        seen.documents.push(document)
        options.onDocument?.(document)
        listen(document)
      },
      onEquivocation: (first, second) => seen.pairs.push([first, second]),
      onPeer: (state) => seen.peers.push(state),
      onSent: (_study, _hash, _to, bytes) => void (sent += bytes),
      failed: (what, error) => seen.failures.push(`${what}: ${String(error)}`),
    })
  }
  return {
    identity,
    id: identity.id,
    member: { id: identity.id, name },
    name,
    library,
    shelf,
    known,
    seen,
    net,
    start,
    sent: () => sent,
    /** Calls with every document that arrives from now on. */
    onDocument: (call: (document: Document) => void) => void (listen = call),
    /** Signs, stores and publishes. */
    write(body: Document['body']): Document {
      const document = signDocument(identity, body)
      library.add(document)
      net().publish(document)
      return document
    },
    peer: (): Peer => ({ id: identity.id, name, addresses: network?.addresses() ?? [], confirmedAt: 1 }),
    async stop() {
      await network?.stop()
      network = null
    },
  }
}

export type Hospital = ReturnType<typeof createHospital>

/** Makes two hospitals know each other, as after an invitation. */
export function introduce(a: Hospital, b: Hospital): void {
  a.known.set(b.id, b.peer())
  b.known.set(a.id, a.peer())
}

/** Starts hospitals and waits until each of these pairs (all, if not said) is connected both ways. */
export async function startAll(hospitals: readonly Hospital[], pairs?: readonly [number, number][]) {
  await Promise.all(hospitals.map((one) => one.start()))
  const all = hospitals.flatMap((_, i) =>
    hospitals.slice(i + 1).map((__, j): [number, number] => [i, i + 1 + j]),
  )
  for (const [i, j] of pairs ?? all) introduce(hospitals[i]!, hospitals[j]!)
  for (const one of hospitals) for (const peer of one.known.values()) one.net().connectTo(peer)
  for (const [i, j] of pairs ?? all) {
    const [a, b] = [hospitals[i]!, hospitals[j]!]
    await until(`${a.name} and ${b.name} are connected`, () => {
      return a.net().connected().includes(b.id) && b.net().connected().includes(a.id)
    })
  }
}

/** A study of these hospitals, written by the first. */
export function studyBy(hospitals: readonly Hospital[], name?: string): Document<Study> {
  const study = aStudy(
    hospitals.map((one) => one.member),
    name,
  )
  // Safe: the body is a study.
  return hospitals[0]!.write(study) as Document<Study>
}

/** A note in a study. */
export function aNote(study: Hash, text: string): Document['body'] {
  return { kind: 'note', study, answers: null, text, writtenAt: 1 }
}
