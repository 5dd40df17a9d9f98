import * as v from 'valibot'
import type { Duplex } from '#contract/wire.ts'
import { type FromEngine, ToEngine } from '#engine/control.ts'

/** One end of a channel of Electron, as far as we use it. */
export interface Port {
  postMessage(message: unknown): void
  on(event: 'message', listen: (event: { data: unknown }) => void): unknown
  on(event: 'close', listen: () => void): unknown
  start(): void
  close(): void
}

interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listen: (event: { data: unknown; ports: Port[] }) => void): unknown
}

/** The process that started this one. */
export interface Parent {
  send(message: FromEngine): void
  listen(hear: (message: ToEngine, port: Port | undefined) => void): void
  /** Called when the parent is gone without having closed us. */
  onGone(listen: () => void): void
}

/** Whoever started this process: Electron by its port, Node by its channel. Messages that are not ours are dropped. */
export function findParent(): Parent {
  const { parentPort } = process as { parentPort?: ParentPort } // Electron adds it to utility processes
  const parse = (message: unknown, hear: (message: ToEngine) => void) => {
    const parsed = v.safeParse(ToEngine, message)
    if (parsed.success) hear(parsed.output)
  }
  if (parentPort) {
    const post = parentPort.postMessage.bind(parentPort)
    return {
      send: (message) => post(message),
      listen: (hear) =>
        void parentPort.on('message', ({ data, ports }) => parse(data, (message) => hear(message, ports[0]))),
      // Electron ends its utility processes with itself.
      onGone: () => undefined,
    }
  }
  return {
    send: (message) => void process.send?.(message, undefined, undefined, () => undefined),
    listen: (hear) =>
      void process.on('message', (data) => parse(data, (message) => hear(message, undefined))),
    onGone: (listen) => void process.once('disconnect', listen),
  }
}

/** A port of Electron as a duplex of the contract. */
export function overPort(port: Port): Duplex {
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listen) => {
      port.on('message', ({ data }) => listen(data))
      port.start()
    },
    onClose: (listen) => void port.on('close', listen),
    close: () => port.close(),
  }
}

/** Links whose messages travel inside those of the parent, each under its number. */
export function createCarried(parent: Parent) {
  const links = new Map<number, { hear: (message: unknown) => void; end: () => void }>()

  function drop(link: number): void {
    links.get(link)?.end()
    links.delete(link)
  }

  return {
    open(link: number): Duplex {
      const entry = { hear: (_message: unknown) => {}, end: () => {} }
      links.set(link, entry)
      return {
        send: (message) => parent.send({ say: 'carry', link, message }),
        onMessage: (listen) => void (entry.hear = listen),
        onClose: (listen) => void (entry.end = listen),
        close: () => {
          drop(link)
          parent.send({ say: 'unlink', link })
        },
      }
    },
    hear: (link: number, message: unknown) => links.get(link)?.hear(message),
    drop,
  }
}
