import { createHash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { until } from '#kit/real-clock.ts'
import { createGate } from '#network/gate.ts'
import { createIdentity } from '#network/identity/identity.ts'
import { createNode } from '#network/node.ts'
import { BLOBS } from '#network/protocols/blobs.ts'
import { DOCUMENTS } from '#network/protocols/documents.ts'
import { HELLO } from '#network/protocols/hello.ts'
import { PAIRING } from '#network/protocols/pairing.ts'
import { createDice, honestMessages, hostileBytes } from '../../network/hostile-frames.ts'
import { createRawNode } from '../../network/raw.ts'
import { agreeOnStudy, connectPairs, createRounding, pairsOf, type Rounding } from '../../network/rounding.ts'
import type { Bench, Figures } from '../bench.ts'

const FRAMES = 1_000_000
const QUICK_FRAMES = 2000
const DIALS = 10_000
const QUICK_DIALS = 50
const PROTOCOLS = [HELLO, DOCUMENTS, BLOBS, PAIRING, '/libp2p/circuit/relay/0.2.0/hop', '/ipfs/id/push/1.0.0']
const FRAMES_PER_STREAM = 4
const MIB = 1024 * 1024
/** Memory may grow by what honest rounds keep, and not by what an attacker sends. */
const MOST_GROWTH_MIB = 400
const WAIT_MS = 120_000

/** A member of the federation turns hostile and sends spoilt and random frames to all others while their rounds go on. */
export const bench: Bench = {
  about:
    'malformed and hostile frames over all protocols while honest rounds go on; dials of unlisted institutions',
  async run({ quick }) {
    const frames = await sendFrames(quick ? QUICK_FRAMES : FRAMES, quick ? 0 : 2000)
    return { ...frames, ...(await dialUnlisted(quick ? QUICK_DIALS : DIALS)) }
  },
}

async function sendFrames(total: number, computeMs: number): Promise<Figures> {
  const options = {
    ...{ length: 1000, trainings: 5000, computeMs },
    pace: { answer: 60_000, compute: 5000, exchange: 10_000 },
  }
  const members = [0, 1, 2, 3].map((one) => createRounding(one, options))
  const honest = members.slice(0, 3)
  let crashes = 0
  const crash = () => void crashes++
  process.on('uncaughtException', crash)
  process.on('unhandledRejection', crash)
  try {
    await Promise.all(honest.map((one) => one.start()))
    for (const one of honest) one.known.set(members[3]!.id, members[3]!.peer())
    await connectPairs(honest, pairsOf(3))
    const study = agreeOnStudy(members, options)
    for (const one of honest) one.takePart(study)
    await until('rounds run', () => roundsOf(honest) >= 1, WAIT_MS)
    const before = { rounds: roundsOf(honest), rss: process.memoryUsage().rss }
    const attack = await attackAll(members[3]!, honest, { total, study: study.id })
    const during = roundsOf(honest) - before.rounds
    const reached = roundsOf(honest)
    await until('rounds go on afterwards', () => roundsOf(honest) > reached, WAIT_MS)
    if (crashes > 0 || attack.growth > MOST_GROWTH_MIB) throw new Error('Hostile frames did harm')
    return {
      'frames sent': attack.sent,
      'uncaught exceptions': crashes,
      'honest rounds decided meanwhile': during,
      'memory at the start, MiB': Math.round(before.rss / MIB),
      'most memory, MiB': Math.round(attack.peak / MIB),
      'growth of memory after the first tenth, MiB': attack.growth,
      'frames a second': attack.rate,
    }
  } finally {
    await Promise.all(members.map((one) => one.stop()))
    process.off('uncaughtException', crash)
    process.off('unhandledRejection', crash)
  }
}

const roundsOf = (members: readonly Rounding[]) => Math.min(...members.map((one) => one.decided.length))

interface Attack {
  readonly total: number
  readonly study: string
}

/** One line for each protocol and victim; each frame is counted once the stream took it. */
async function attackAll(attacker: Rounding, victims: readonly Rounding[], { total, study }: Attack) {
  const raw = await createRawNode(attacker.identity)
  const honest = honestMessages(attacker.identity, study)
  const start = performance.now()
  let sent = 0
  let peak = 0
  let early = 0
  const look = () => {
    const { rss } = process.memoryUsage()
    peak = Math.max(peak, rss)
    if (sent <= total / 10) early = Math.max(early, rss)
  }

  async function line(victim: Rounding, protocol: string) {
    const dice = createDice(`${victim.name} ${protocol}`)
    while (sent < total) {
      const stream = await openAgain(raw, victim, protocol)
      for (let i = 0; i < FRAMES_PER_STREAM; i++) {
        if (stream?.status !== 'open') break
        stream.send(hostileBytes(dice, honest))
        if (++sent % 100 === 0) look()
      }
      await setTimeout(1)
      stream?.abort(new Error('Done'))
    }
  }
  try {
    await Promise.all(victims.flatMap((one) => PROTOCOLS.map((protocol) => line(one, protocol))))
    look()
  } finally {
    await raw.stop()
  }
  const seconds = (performance.now() - start) / 1000
  return {
    sent,
    peak,
    growth: Math.max(0, Math.round((peak - early) / MIB)),
    rate: Math.round(sent / seconds),
  }
}

/** A victim may close the connection of somebody who behaves like this: then it is dialled again. */
async function openAgain(raw: Awaited<ReturnType<typeof createRawNode>>, victim: Rounding, protocol: string) {
  const signal = AbortSignal.timeout(10_000)
  try {
    if (raw.connections(victim.id).length === 0) await raw.dial(victim.id, victim.net().addresses(), signal)
    return await raw.open(victim.id, protocol, signal)
  } catch {
    await setTimeout(5)
    return null
  }
}

async function dialUnlisted(total: number): Promise<Figures> {
  const seedOf = (name: string) => createHash('sha256').update(name).digest()
  const gate = createGate({ known: () => false })
  const host = await createNode({ seed: seedOf('host'), listen: ['/ip4/127.0.0.1/tcp/0'], gate })
  let reached = 0
  for (const protocol of PROTOCOLS.slice(0, 4)) {
    await host.handle(protocol, async (stream) => {
      reached++
      stream.abort(new Error('Reached'))
    })
  }
  const strangers = await Promise.all(
    Array.from({ length: 10 }, (_, i) => createRawNode(createIdentity(seedOf(`stranger ${i}`)))),
  )
  let dials = 0
  async function dialOn(node: (typeof strangers)[number]) {
    while (dials < total) {
      dials++
      const signal = AbortSignal.timeout(5000)
      await node.dial(host.id, host.addresses(), signal).catch(() => null)
      for (const protocol of PROTOCOLS) {
        const stream = await node.open(host.id, protocol, signal).catch(() => null)
        stream?.abort(new Error('Done'))
      }
      await node.hangUp(host.id)
    }
  }
  await Promise.all(strangers.map(dialOn))
  await Promise.all([host, ...strangers].map((one) => one.stop()))
  if (reached > 0) throw new Error('An unlisted institution reached a handler')
  return { 'dials of unlisted institutions': dials, 'handlers that they reached': reached }
}
