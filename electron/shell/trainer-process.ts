/** The trainer as a process of Electron: it speaks through the port that comes with the first message. */

interface Port {
  start(): void
}
interface ParentPort {
  once(event: 'message', listen: (event: { ports: Port[] }) => void): unknown
}

const { parentPort } = process as { parentPort?: ParentPort } // Electron adds it to utility processes

if (parentPort) {
  parentPort.once('message', ({ ports: [port] }) => {
    if (!port) return process.exit(1)
    // The trainer talks to whatever stands here: from now on that is the engine itself.
    Object.defineProperty(process, 'parentPort', { value: port })
    void import('#trainer/process.ts').then(() => port.start())
  })
} else {
  await import('#trainer/process.ts')
}
