import type { Stream } from '@libp2p/interface'
import { createGate } from '#network/gate.ts'
import type { Identity } from '#network/identity/identity.ts'
import { createNode, type Node } from '#network/node.ts'
import { answerHello, HELLO, PROTOCOL_VERSION } from '#network/protocols/hello.ts'
import { createAsker, DOCUMENTS } from '#network/protocols/documents.ts'
import type { Hospital } from './hospitals.ts'

/** A bare node with this identity that lets everybody in and keeps to no rules. */
export async function createRawNode({ seed }: Identity, listen: readonly string[] = []): Promise<Node> {
  const node = await createNode({ seed, listen, gate: createGate({ known: () => true }) })
  const own = () => ({
    ...{ name: 'Raw', protocol: PROTOCOL_VERSION, time: Date.now(), addresses: node.addresses() },
    instance: 'A'.repeat(43),
  })
  await node.handle(HELLO, async (stream) => void (await answerHello(stream, own)))
  return node
}

/** Dials a hospital as this identity, and opens streams there. */
export async function dialAs(identity: Identity, to: Hospital) {
  const node = await createRawNode(identity)
  await node.dial(to.id, to.net().addresses(), AbortSignal.timeout(5000))
  return {
    open: (protocol: string): Promise<Stream> => node.open(to.id, protocol, AbortSignal.timeout(5000)),
    isOpen: () => node.connections(to.id).length > 0,
    stop: () => node.stop(),
  }
}

/** Asks a hospital questions about documents as this identity, after doing what must be done before. */
export async function openLine(
  identity: Identity,
  to: Hospital,
  before: () => Promise<void> = async () => {},
) {
  await before()
  const raw = await dialAs(identity, to)
  const asker = createAsker(() => raw.open(DOCUMENTS))
  return {
    ask: asker.ask,
    async close() {
      asker.close()
      await raw.stop()
    },
  }
}
