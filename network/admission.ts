import { RELAY_V2_HOP_CODEC, RELAY_V2_STOP_CODEC } from '@libp2p/circuit-relay-v2'
import type { Connection, Stream, StreamHandler, StreamHandlerOptions } from '@libp2p/interface'
import type { InstitutionId } from '#domain/values.ts'

const STRANGERS_NOTHING = ['/ipfs/id/1.0.0', RELAY_V2_HOP_CODEC, RELAY_V2_STOP_CODEC]

/** Whether an institution may use a protocol. */
export type Admits = (id: InstitutionId, protocol: string) => boolean

/** What is needed of libp2p's registrar. */
export interface Registrar {
  getHandler: (protocol: string) => { handler: StreamHandler; options: StreamHandlerOptions }
  handle: (protocol: string, handler: StreamHandler, options: StreamHandlerOptions) => Promise<void>
}

/**
 * Protocols of libp2p itself are for those who are admitted to them, too. Its handlers are wrapped, since a middleware
 * of libp2p 3.3 runs earlier streams' handlers again.
 */
export async function shutStrangersOut(registrar: Registrar, admits: Admits): Promise<void> {
  for (const protocol of STRANGERS_NOTHING) {
    const { handler, options } = registrar.getHandler(protocol)
    const forKnown: StreamHandler = (stream, connection) => {
      if (admits(connection.remotePeer.toString(), protocol)) return handler(stream, connection)
      stream.abort(new Error('Not for strangers'))
    }
    await registrar.handle(protocol, forKnown, { ...options, force: true })
  }
}

/** A handler that answers whom `admits` lets, and loses its stream, nothing else, where it fails. */
export function guarded(
  protocol: string,
  handler: (stream: Stream, from: InstitutionId, connection: Connection) => Promise<void>,
  admits: Admits = () => true,
): StreamHandler {
  return (stream, connection) => {
    // The sender is who the connection proves it is, whatever a message claims.
    const from = connection.remotePeer.toString()
    if (!admits(from, protocol)) return stream.abort(new Error('Not for strangers'))
    handler(stream, from, connection).catch((error: unknown) => {
      stream.abort(error instanceof Error ? error : new Error('The handler failed'))
    })
  }
}
