/** The trainer as a process of Electron: it speaks through the port that comes with the first message. */
import { createServing } from '#trainer/serving.ts'

/** One end of a channel of Electron, as far as we use it. */
interface Port {
  postMessage(message: unknown): void
  on(event: 'message', listen: (event: { data: unknown }) => void): unknown
  start(): void
}
interface ParentPort {
  once(event: 'message', listen: (event: { ports: Port[] }) => void): unknown
}

const { parentPort } = process as { parentPort?: ParentPort } // Electron adds it to utility processes

if (parentPort) {
  parentPort.once('message', ({ ports: [port] }) => {
    if (port) serve(port)
    else process.exit(1)
  })
} else {
  await import('#trainer/process.ts')
}

function serve(port: Port): void {
  const post = port.postMessage.bind(port)
  const hear = createServing((reply) => post(reply))
  port.on('message', ({ data }) => hear(data))
  port.start()
}
