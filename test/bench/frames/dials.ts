import { createHash } from 'node:crypto'
import { createGate } from '#network/gate.ts'
import { createIdentity } from '#network/identity/identity.ts'
import { createNode } from '#network/node.ts'
import { createRawNode } from '../../network/raw.ts'
import type { Figures } from '../bench.ts'
import { protocols } from './messages.ts'
import { LIBP2P } from './sockets.ts'

const TRIED = [...protocols, ...LIBP2P]

/** Institutions that nobody has listed dial, ask for every protocol, and should reach no handler of any. */
export async function dialUnlisted(total: number): Promise<Figures> {
  const seedOf = (name: string) => createHash('sha256').update(name).digest()
  const gate = createGate({ known: () => false })
  const host = await createNode({ seed: seedOf('host'), listen: ['/ip4/127.0.0.1/tcp/0'], gate })
  let reached = 0
  for (const protocol of protocols) {
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
      for (const protocol of TRIED) {
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
