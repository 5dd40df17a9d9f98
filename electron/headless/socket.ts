import type { WebSocket } from 'ws'
import { decodeFrame, encodeFrame } from '#contract/frame.ts'
import type { Duplex } from '#contract/wire.ts'

/** The contract's messages as binary frames over a WebSocket. A frame that is too large or broken ends the connection. */
export function overSocket(socket: WebSocket, limit: number): Duplex {
  socket.on('error', () => socket.terminate())
  return {
    send: (message) => {
      if (socket.readyState === socket.OPEN) socket.send(encodeFrame(message))
    },
    onMessage: (listen) =>
      void socket.on('message', (data, isBinary) => {
        const message = isBinary ? read(data, limit) : null
        if (message) listen(message.value)
        else socket.terminate()
      }),
    onClose: (listen) => void socket.once('close', listen),
    close: () => socket.close(),
  }
}

function read(data: unknown, limit: number): { value: unknown } | null {
  if (!(data instanceof Uint8Array)) return null
  try {
    return { value: decodeFrame(data, limit) }
  } catch {
    return null
  }
}
