import type { Channel, Request } from './messages.ts'
import { createReading } from './reading.ts'

/** A reader in this process, for files that this product made itself. A file of anybody else is read in a process of its own. */
export function readInside(): Channel {
  let listen = (_: unknown) => {}
  let ended = false
  const hear = createReading((reply) => setImmediate(() => ended || listen(structuredClone(reply))))
  return {
    // The cast: only a conversation sends here.
    send: (message) => void setImmediate(() => ended || hear(structuredClone(message) as Request)),
    onMessage: (call) => void (listen = call),
    onExit: () => undefined,
    kill: () => void (ended = true),
  }
}
