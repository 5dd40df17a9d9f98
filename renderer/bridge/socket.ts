import { decodeFrame, encodeFrame } from '#contract/frame.ts'
import { MAX_ANSWER_BYTES, type Duplex } from '#contract/wire.ts'

/** Opens the contract's WebSocket on the page's own origin with the page's secret. Rejects when it does not open. */
export function openSocket(
  place: { protocol: string; host: string },
  session: string | null,
): Promise<Duplex> {
  if (session === null) return Promise.reject(new Error('This page did not come by a link'))
  const scheme = place.protocol === 'https:' ? 'wss:' : 'ws:'
  const socket = new WebSocket(`${scheme}//${place.host}/contract`, ['murmuration', `session.${session}`])
  socket.binaryType = 'arraybuffer'
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve(overSocket(socket)), { once: true })
    socket.addEventListener('error', () => reject(new Error('The socket did not open')), { once: true })
  })
}

function overSocket(socket: WebSocket): Duplex {
  return {
    send: (message) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(encodeFrame(message))
    },
    onMessage: (listen) =>
      socket.addEventListener('message', ({ data }) => {
        if (!(data instanceof ArrayBuffer)) return socket.close()
        listen(decodeFrame(new Uint8Array(data), MAX_ANSWER_BYTES))
      }),
    onClose: (listen) => socket.addEventListener('close', listen, { once: true }),
    close: () => socket.close(),
  }
}
