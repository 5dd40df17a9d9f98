import type { Connection } from '@libp2p/interface'
import { thereOf } from '../addresses.ts'
import { within } from '../node.ts'
import type { Clock } from '../ports.ts'
import { HELLO, type Hello, sayHello } from '../protocols/hello.ts'
import type { Book } from './book.ts'
import { helloTroubleOf } from './link-trouble.ts'
import type { Twins } from './twins.ts'

const HELLO_TIMEOUT_MS = 10_000

export interface GreeterPorts {
  readonly book: Book
  readonly clock: Clock
  /** Aborted when the network stops. */
  readonly stopping: AbortSignal
  readonly ownHello: () => Hello
  readonly twins: Twins
}

/** Says hello once on each connection. One on which it is not answered is closed. Never rejects. */
export function createGreeter({ book, clock, stopping, ownHello, twins }: GreeterPorts) {
  const greetings = new WeakMap<Connection, Promise<void>>()

  async function greetOnce(connection: Connection) {
    const id = connection.remotePeer.toString()
    try {
      const signal = within(stopping, HELLO_TIMEOUT_MS)
      const stream = await connection.newStream(HELLO, { signal, runOnLimitedConnection: true })
      const { hello, skewMs } = await sayHello(stream, ownHello(), clock)
      book.learn(id, { ...hello, addresses: thereOf(connection.remoteAddr, hello.addresses) })
      twins.heard(connection, hello)
      if (connection.status === 'open')
        book.change(id, { connected: true, lastSeen: clock.now(), skewMs, trouble: null })
    } catch (error) {
      if (!stopping.aborted) book.fail(id, helloTroubleOf(error))
      connection.abort(error instanceof Error ? error : new Error('The hello failed'))
    }
  }

  return function greet(connection: Connection): Promise<void> {
    if (!book.get(connection.remotePeer.toString())) return Promise.resolve()
    const running = greetings.get(connection) ?? greetOnce(connection)
    greetings.set(connection, running)
    return running
  }
}
