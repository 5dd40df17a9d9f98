import { setTimeout } from 'node:timers/promises'
import type { Hash } from '#domain/values.ts'
import { createRawNode } from '../../network/raw.ts'
import type { Rounding } from '../../network/rounding.ts'
import { createDice } from '../../simulation/clock.ts'
import { hostileFrame, protocols, type Protocol } from './messages.ts'

/** What libp2p itself answers for us: it is sent the messages of our own protocols, and random bytes. */
export const LIBP2P = [
  '/libp2p/circuit/relay/0.2.0/hop',
  '/libp2p/circuit/relay/0.2.0/stop',
  '/ipfs/id/1.0.0',
]
const FRAMES_PER_STREAM = 4

export interface SocketAttack {
  readonly total: number
  readonly study: Hash
  readonly onHundred: () => void
}

/** A member turns hostile: one line for each protocol and victim over real connections; a frame counts once its stream took it. */
export async function attackOverSockets(
  attacker: Rounding,
  victims: readonly Rounding[],
  { total, study, onHundred }: SocketAttack,
): Promise<number> {
  const raw = await createRawNode(attacker.identity)
  const names = { hashes: [study, 'a'.repeat(64)], members: [attacker.id, ...victims.map((one) => one.id)] }
  let sent = 0

  async function line(victim: Rounding, protocol: string, seed: number) {
    const dice = createDice(seed)
    const known = protocols.find((one) => one === protocol)
    while (sent < total) {
      const stream = await openAgain(raw, victim, protocol)
      for (let i = 0; i < FRAMES_PER_STREAM; i++) {
        if (stream?.status !== 'open') break
        stream.send(hostileFrame(known ?? dice.pick<Protocol>(protocols), attacker.identity, names, dice))
        if (++sent % 100 === 0) onHundred()
      }
      await setTimeout(1)
      stream?.abort(new Error('Done'))
    }
  }
  try {
    const all = victims.flatMap((one) =>
      [...protocols, ...LIBP2P].map((protocol) => [one, protocol] as const),
    )
    await Promise.all(all.map(([victim, protocol], seed) => line(victim, protocol, seed)))
  } finally {
    await raw.stop()
  }
  return sent
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
