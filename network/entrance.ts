import { Server, type Socket } from 'node:net'
import type { CreateListenerOptions, Listener, Transport } from '@libp2p/interface'
import { tcp, type TCPComponents } from '@libp2p/tcp'
import type { Anteroom } from './anteroom.ts'

/** Sockets that the system hands us at most: those that stand in the anteroom, and members. */
const MAX_SOCKETS = 2048

/** TCP whose callers stand in the anteroom first: libp2p sees a socket once its turn has come. */
export function createEntrance(anteroom: Anteroom): (components: TCPComponents) => Transport {
  return (components) => {
    const transport = tcp({ maxConnections: MAX_SOCKETS })(components)
    const open = transport.createListener.bind(transport)
    transport.createListener = (options: CreateListenerOptions): Listener => {
      const listener = open(options)
      guard(serverOf(listener), anteroom)
      const close = listener.close.bind(listener)
      listener.close = (...how) => {
        anteroom.clear()
        return close(...how)
      }
      return listener
    }
    return transport
  }
}

/** The listener's own server, which its types keep to themselves. Without it nobody is let in. */
function serverOf(listener: Listener): Server {
  const { server } = listener as Listener & { readonly server?: unknown }
  if (server instanceof Server && server.listenerCount('connection') === 1) return server
  throw new Error('The listener of libp2p keeps its server in another way than this version knows')
}

function guard(server: Server, anteroom: Anteroom): void {
  const [hand] = server.listeners('connection')
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    anteroom.arrived(socket, () => {
      if (server.listening) Reflect.apply(hand as (socket: Socket) => void, server, [socket])
      else socket.destroy()
    })
  })
}
