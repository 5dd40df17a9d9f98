import type { Connection } from '@libp2p/interface'
import type { InstitutionId } from '#domain/values.ts'
import { type Node, within } from '../node.ts'
import type { Clock } from '../ports.ts'
import { HELLO, type Hello, sayHello } from '../protocols/hello.ts'

const ASK_MS = 10_000

export interface TwinsPorts {
  readonly node: Node
  readonly clock: Clock
  /** Aborted when the network stops. */
  readonly stopping: AbortSignal
  readonly ownHello: () => Hello
  readonly onSameKey: (id: InstitutionId) => void
}

/**
 * Finds two institutions that run under one key, as after a home was copied: they never meet each other, but others
 * meet both. Whoever sees a second instance asks the first whether it is still there, and tells both.
 */
export function createTwins({ node, clock, stopping, ownHello, onSameKey }: TwinsPorts) {
  const instances = new WeakMap<Connection, string>()

  async function ask(connection: Connection, hello: Hello): Promise<Hello | null> {
    try {
      const signal = within(stopping, ASK_MS)
      const stream = await connection.newStream(HELLO, { signal, runOnLimitedConnection: true })
      return (await sayHello(stream, hello, clock)).hello
    } catch {
      return null
    }
  }

  /** One that does not answer any more was left behind by a restart: it is closed. */
  async function compare(older: Connection, newer: Connection, instance: string): Promise<void> {
    const answer = await ask(older, ownHello())
    if (stopping.aborted) return
    if (!answer) return older.abort(new Error('It has been restarted'))
    if (answer.instance === instance) return void instances.set(older, instance)
    onSameKey(older.remotePeer.toString())
    const warning = { ...ownHello(), twin: true }
    await Promise.all([ask(older, warning), ask(newer, warning)])
  }

  return {
    /** An institution said this of itself on this connection. */
    heard(connection: Connection, { instance, twin }: Hello): void {
      if (twin) onSameKey(node.id)
      if (instances.get(connection) === instance) return
      instances.set(connection, instance)
      const others = node.connections(connection.remotePeer.toString()).filter((one) => {
        return one !== connection && (instances.get(one) ?? instance) !== instance
      })
      for (const one of others) void compare(one, connection, instance)
    },
  }
}

export type Twins = ReturnType<typeof createTwins>
