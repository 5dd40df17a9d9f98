import type { Duplex } from '#contract/wire.ts'

/** What the preload script posts to its own window with the engine's port, at the start and after a restart of the engine. */
const PORT_MESSAGE = 'murmuration:port'
/** What it posts when the engine's process is gone: an older browser does not tell that a port is closed. */
const LOST_MESSAGE = 'murmuration:lost'

/**
 * Takes the ports that the preload hands over, one after the other; a new one ends the one before. Only messages of this
 * window itself count. The returned function waits for the next port that was not taken yet.
 */
export function openPorts(): () => Promise<Duplex> {
  let take: ((duplex: Duplex) => void) | null = null
  let untaken: Duplex | null = null
  let current: { end: () => void } | null = null

  window.addEventListener('message', (event) => {
    const port = event.ports[0]
    if (event.source === window && event.data === LOST_MESSAGE) current?.end()
    if (event.source !== window || event.data !== PORT_MESSAGE || !port) return
    current?.end()
    const { duplex, end } = overPort(port)
    current = { end }
    if (take) take(duplex)
    else untaken = duplex
    take = null
  })

  return () =>
    new Promise((resolve) => {
      if (untaken) resolve(untaken)
      else take = resolve
      untaken = null
    })
}

function overPort(port: MessagePort): { duplex: Duplex; end: () => void } {
  const closing: (() => void)[] = []
  const end = () => closing.splice(0).forEach((listen) => listen())
  port.addEventListener('close', end)
  // Electron 25 crashes a page that is reloaded with an open port.
  window.addEventListener('pagehide', () => port.close(), { once: true })
  const duplex: Duplex = {
    send: (message) => port.postMessage(message),
    onMessage: (listen) => {
      port.addEventListener('message', ({ data }) => listen(data))
      port.start()
    },
    onClose: (listen) => void closing.push(listen),
    close: () => {
      port.close()
      end()
    },
  }
  return { duplex, end }
}
