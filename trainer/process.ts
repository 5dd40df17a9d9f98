import { createServing, type Reply } from './serving.ts'

/** Electron's half of a utility process's channel, as far as we use it. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  postMessage(message: unknown): void
}

connect()

/** Serves whoever started this process: Electron by its port, Node by its channel, whose end is ours. */
function connect(): void {
  const { parentPort } = process as { parentPort?: ParentPort } // Electron adds it to utility processes
  if (parentPort) {
    const post = parentPort.postMessage.bind(parentPort)
    const hear = createServing((reply) => post(reply))
    return parentPort.on('message', ({ data }) => hear(data))
  }
  const hear = createServing((reply: Reply) => void process.send?.(reply))
  process.on('message', hear)
  process.on('disconnect', () => process.exit(0))
}
