import type { Stream } from '@libp2p/interface'
import { AppError } from '#domain/errors.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import { sha256 } from '../hash.ts'
import { type Node, within } from '../node.ts'
import type { Clock, Shelf } from '../ports.ts'
import { BLOBS, type BlobRefusal, type BlobRequest, requestBlob, serveBlob } from '../protocols/blobs.ts'
import type { Hand } from './hand.ts'
import type { Holders } from './holders.ts'
import { createGatekeeper } from '../limiter.ts'
import type { Membership } from './membership.ts'

const FIRST_PAUSE_MS = 100
const LAST_PAUSE_MS = 2000
/** How long one may take to answer before another is asked: longer each time round, since all may be busy. */
const FIRST_ANSWER_MS = 4000
const LAST_ANSWER_MS = 30_000
const FETCHES = 8
/** Below the four streams that a connection allows for a protocol. */
const FETCHES_PER_PEER = 3
const SERVES = 16

export interface BlobsPorts {
  readonly node: Node
  readonly membership: Membership
  readonly holders: Holders
  readonly hand: Hand
  readonly shelf: Shelf
  readonly clock: Clock
  readonly connected: () => readonly InstitutionId[]
  /** The door: null when these bytes may leave for this member, otherwise why not. */
  readonly mayLeave: (study: Hash, hash: Hash, to: InstitutionId) => string | null
  /** So many bytes of a blob went to a member. */
  readonly onSent: (study: Hash, hash: Hash, to: InstitutionId, bytes: number) => void
  readonly failed: (what: string, error: unknown) => void
}

interface Limits {
  readonly signal: AbortSignal
  readonly answerMs: number
}

/** Bytes by their hash, from any member of the study that has them; ours, where the door lets them leave. */
export async function createBlobs(ports: BlobsPorts) {
  await ports.node.handle(BLOBS, createServing(ports))
  const { clock, node, connected, holders, hand, membership } = ports
  const turn = createGatekeeper(FETCHES, FETCHES_PER_PEER)

  /** Members to ask: those that had the bytes once, then the others in an order of their own for each blob. */
  function* askable(study: Hash, hash: Hash): Generator<InstitutionId> {
    const members = connected().filter((id) => membership.shares(study, id))
    const first = new Set(holders.of(hash))
    yield* members.filter((id) => first.has(id))
    const order = (id: InstitutionId) => sha256(node.id + id + hash)
    const others = members.filter((id) => !first.has(id)).map((id) => ({ id, order: order(id) }))
    yield* others.toSorted((a, b) => (a.order < b.order ? -1 : 1)).map(({ id }) => id)
  }

  /**
   * What came with a document is here already. Asks one member after the other, round and round, until one gives the bytes; `refused`
   * hears why nobody did, each time round that somebody said so. Rejects when the signal aborts, with what was said last.
   */
  async function fetch(
    study: Hash,
    hash: Hash,
    maxBytes: number,
    signal: AbortSignal,
    refused?: (why: AppError) => void,
  ): Promise<Uint8Array> {
    const came = hand.get(hash, study)
    if (came && came.length <= maxBytes) return came
    const request = { study, hash, max: maxBytes }
    let why = new AppError('peer-unreachable', 'Nobody gave these bytes in time')
    let answerMs = FIRST_ANSWER_MS
    for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(LAST_PAUSE_MS, pause * 2)) {
      const said = new Set<BlobRefusal>()
      for (const id of askable(study, hash)) {
        if (signal.aborted) break
        const answered = await turn(id, () => fetchFrom(ports, id, request, { signal, answerMs }))
        if (typeof answered === 'string') said.add(answered)
        else if (answered) return answered
      }
      if (said.size > 0) {
        why = refusalOf(said)
        refused?.(why)
      }
      await rest(clock, pause, signal)
      answerMs = Math.min(LAST_ANSWER_MS, answerMs * 2)
    }
    throw why
  }
  return { fetch }
}

/** The bytes, why a member does not give them, or null where nothing that can be used came of it. */
async function fetchFrom(
  { node, failed }: Pick<BlobsPorts, 'node' | 'failed'>,
  id: InstitutionId,
  request: BlobRequest,
  limits: Limits,
): Promise<Uint8Array | BlobRefusal | null> {
  const { signal, answerMs } = limits
  let stream: Stream | null = null
  try {
    stream = await node.open(id, BLOBS, within(signal, answerMs))
    const answered = await requestBlob(stream, request, limits)
    if (typeof answered !== 'string' && sha256(answered) !== request.hash)
      throw new RangeError('The bytes are others than asked for')
    return answered
  } catch (error) {
    stream?.abort(error instanceof Error ? error : new Error('The fetch failed'))
    if (!signal.aborted) failed('fetch', error)
    return null
  }
}

/** What members said of bytes that none of them gave: the reason that most can be done about. */
function refusalOf(said: ReadonlySet<BlobRefusal>): AppError {
  if (said.has('busy')) return new AppError('bytes-later', 'A member has these bytes and is busy')
  if (said.has('too-large')) return new AppError('bytes-too-large', 'These bytes are more than this may be')
  return new AppError('bytes-withheld', 'No member that was asked has these bytes, or may give them')
}

function createServing({ membership, shelf, mayLeave, onSent, failed }: BlobsPorts) {
  let serving = 0
  return async (stream: Stream, from: InstitutionId): Promise<void> => {
    let asked: BlobRequest | null = null
    const allowed = (request: BlobRequest) => {
      const reason = doorOf(membership, mayLeave, request, from)
      if (reason !== null) failed('door', new RangeError(reason))
      return reason === null
    }
    serving++
    try {
      await serveBlob(stream, {
        find(request): Uint8Array | BlobRefusal {
          asked = request
          // The same answer for what we lack and what may not leave: nobody learns which.
          if (!allowed(request)) return 'unknown'
          const bytes = shelf.has(request.hash, request.study) ? shelf.get(request.hash) : null
          if (!bytes) return 'unknown'
          if (bytes.length > request.max) return 'too-large'
          return serving > SERVES ? 'busy' : bytes
        },
        still: () => asked !== null && allowed(asked),
        sent: (bytes) => asked && onSent(asked.study, asked.hash, from, bytes),
      })
    } finally {
      serving--
    }
  }
}

/** Why bytes may not leave, or null. A door that fails is shut. */
function doorOf(
  membership: Membership,
  mayLeave: BlobsPorts['mayLeave'],
  { study, hash }: BlobRequest,
  to: InstitutionId,
): string | null {
  try {
    return membership.shares(study, to)
      ? mayLeave(study, hash, to)
      : 'the one who asks is not a member of the study'
  } catch {
    return 'the door failed'
  }
}

function rest(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      cancel()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const cancel = clock.after(ms, done)
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
  })
}
