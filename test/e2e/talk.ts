import type { Page } from 'playwright'

interface Talking {
  ask(call: string, input: unknown): Promise<{ output?: unknown; error?: { code: string } }>
}

/** Listens beside the page on the port that it is given, from its next load on: real messages on the real way to the engine. */
export async function listenAlong(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const waiting = new Map<number, (reply: unknown) => void>()
    let port: MessagePort | null = null
    let last = 1e9
    window.addEventListener('message', (event) => {
      const given = event.ports[0]
      if (event.data !== 'murmuration:port' || !given) return
      port = given
      given.addEventListener('message', ({ data }: MessageEvent<{ id?: number }>) => {
        if (data.id !== undefined) waiting.get(data.id)?.(data)
      })
    })
    const ask = (call: string, input: unknown) =>
      new Promise((resolve, reject) => {
        if (!port) return reject(new Error('There is no port yet'))
        const id = ++last
        waiting.set(id, resolve)
        port.postMessage({ id, call, input })
      })
    Object.assign(window, { talking: { ask } })
  })
  await page.reload()
}

/** Asks the engine, over the page's own port. */
export async function ask(page: Page, call: string, input: unknown) {
  return page.evaluate(
    ([name, given]) => (window as unknown as { talking: Talking }).talking.ask(name, given), // set above
    [call, input] as const,
  )
}
