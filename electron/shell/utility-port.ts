/** One end of a channel of Electron, as far as we use it. */
interface Port {
  postMessage(message: unknown): void
  on(event: 'message', listen: (event: { data: unknown }) => void): unknown
  start(): void
}
interface ParentPort {
  once(event: 'message', listen: (event: { ports: Port[] }) => void): unknown
}

/**
 * In a utility process of Electron serves what comes through the port of the first message, and returns true; false where this
 * is a process of Node.
 */
export function servePort(open: (post: (message: unknown) => void) => (message: unknown) => void): boolean {
  const { parentPort } = process as { parentPort?: ParentPort } // Electron adds it to utility processes
  if (!parentPort) return false
  parentPort.once('message', ({ ports: [port] }) => {
    if (!port) return process.exit(1)
    const hear = open(port.postMessage.bind(port))
    port.on('message', ({ data }) => hear(data))
    port.start()
  })
  return true
}
