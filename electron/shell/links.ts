import { MessageChannelMain, type MessagePortMain } from 'electron'
import type { ToEngine } from '#engine/control.ts'
import type { Child } from './children.ts'

/** A way to the engine: the end that a page is given, and how to end it from here. */
export interface Link {
  readonly port: MessagePortMain
  close(): void
}

/** The windows' ways to the engine: a port each, sent to the engine, or kept here and carried message by message. */
export function createLinks(ports: boolean) {
  const carried = new Map<number, MessagePortMain>()
  let last = 0
  const tell = (child: Child, message: ToEngine) => child.send(message)

  function carry(child: Child, link: number, port: MessagePortMain): void {
    carried.set(link, port)
    tell(child, { do: 'link', link })
    port.on('message', ({ data }) => tell(child, { do: 'carry', link, message: data as unknown }))
    port.on('close', () => {
      if (carried.delete(link)) tell(child, { do: 'unlink', link })
    })
    port.start()
  }

  return {
    /** A new link for a window. */
    open(child: Child): Link {
      const { port1, port2 } = new MessageChannelMain()
      const link = ++last
      if (ports) child.send({ do: 'link', link } satisfies ToEngine, [port1])
      else carry(child, link, port1)
      return {
        port: port2,
        close() {
          if (ports || carried.delete(link)) tell(child, { do: 'unlink', link })
          if (!ports) port1.close()
        },
      }
    },
    hear: (link: number, message: unknown) => carried.get(link)?.postMessage(message),
    drop(link: number): void {
      const port = carried.get(link)
      carried.delete(link)
      port?.close()
    },
    /** The engine is gone, and every link with it. */
    dropAll(): void {
      const open = [...carried.values()]
      carried.clear()
      for (const port of open) port.close()
    },
  }
}
