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
    let arrived: () => void = () => undefined
    const first = new Promise<void>((resolve) => (arrived = resolve))
    const late = () =>
      new Promise<never>((_, reject) => setTimeout(() => reject(new Error('No port came')), 20_000))
    window.addEventListener('message', (event) => {
      const given = event.ports[0]
      if (event.data !== 'murmuration:port' || !given) return
      port = given
      arrived()
      given.addEventListener('message', ({ data }: MessageEvent<{ id?: number }>) => {
        if (data.id !== undefined) waiting.get(data.id)?.(data)
      })
    })
    /** A page can be loaded before the engine is there to talk to. */
    const ask = async (call: string, input: unknown) => {
      if (!port) await Promise.race([first, late()])
      const id = ++last
      return new Promise((resolve) => {
        waiting.set(id, resolve)
        port?.postMessage({ id, call, input })
      })
    }
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
