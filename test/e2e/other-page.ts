import { createServer } from 'node:http'
import type { Page } from 'playwright'

/** Another program's page on this machine; `heard` collects the cookies that browsers bring it. */
export async function openOther() {
  const heard: string[] = []
  const server = createServer(({ headers }, response) => {
    heard.push(headers.cookie ?? '')
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><body>other')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const close = () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve)))
  return { port, heard, close }
}

/** What a page can do to another address of this machine: talk to it, read it, post to it, frame it. */
export async function attackFrom(page: Page, address: string) {
  return page.evaluate(async (target) => {
    const host = new URL(target).host
    const socket = new Promise<string>((resolve) => {
      const made = new WebSocket(`ws://${host}/contract`)
      made.addEventListener('open', () => resolve('open'))
      made.addEventListener('error', () => resolve('refused'))
    })
    const read = (init: RequestInit) =>
      fetch(target, init).then(
        async (reply) => `${reply.type} ${(await reply.text()).length}`,
        () => 'refused',
      )
    const framed = new Promise<string>((resolve) => {
      const frame = document.createElement('iframe')
      frame.addEventListener('load', () => {
        // Of a page that refused to be framed there is no document to look into.
        resolve(frame.contentDocument?.querySelector('#app') ? 'shown' : 'refused')
      })
      frame.src = target
      document.body.append(frame)
    })
    return {
      socket: await socket,
      read: await read({ credentials: 'include' }),
      blind: await read({ mode: 'no-cors', credentials: 'include' }),
      post: await read({ method: 'POST', credentials: 'include' }),
      framed: await framed,
    }
  }, address)
}
