import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'

const sockets = new Set<Socket>()
let isCut = false

for (const channel of ['net.client.socket', 'net.server.socket']) {
  subscribe(channel, (message) => {
    const { socket } = message as { socket: Socket } // what these channels of Node carry
    if (isCut) return void socket.destroy()
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
}

/** Cuts this process off, where no network namespace can do it: all its connections end, and none begins until it is over. */
export function cut(on: boolean): void {
  isCut = on
  if (on) for (const socket of sockets) socket.destroy()
}
