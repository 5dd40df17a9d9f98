/** One end of a channel of Electron, as far as we use it. */
interface Port {
  postMessage(message: unknown): void
  on(event: 'message', listen: (event: { data: unknown }) => void): unknown
  on(event: 'close', listen: () => void): unknown
  start(): void
}
interface ParentPort {
  once(event: 'message', listen: (event: { ports: Port[] }) => void): unknown
}

/** Whoever started this process. */
export interface Starter {
  readonly send: (message: object) => void
  readonly listen: (hear: (message: unknown) => void) => void
  /** Called when the starter is gone. */
  readonly onGone: (listen: () => void) => void
}

/** Waits for the way to the starter: under Electron the port that comes with the first message, under Node the channel. */
export function findStarter(): Promise<Starter> {
  const { parentPort } = process as { parentPort?: ParentPort } // Electron adds it to utility processes
  if (!parentPort) {
    return Promise.resolve({
      send: (message) => void process.send?.(message, undefined, undefined, () => undefined),
      listen: (hear) => void process.on('message', hear),
      onGone: (listen) => void process.once('disconnect', listen),
    })
  }
  return new Promise((resolve) => {
    parentPort.once('message', ({ ports: [port] }) => {
      if (port) resolve(overPort(port))
      else process.exit(1)
    })
  })
}

function overPort(port: Port): Starter {
  const post = port.postMessage.bind(port)
  return {
    send: (message) => post(message),
    listen(hear) {
      port.on('message', ({ data }) => hear(data))
      port.start()
    },
    onGone: (listen) => void port.on('close', listen),
  }
}
