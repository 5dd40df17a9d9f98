import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex as Stream } from 'node:stream'
import { WebSocketServer } from 'ws'
import { pageHeaders } from '#contract/pages.ts'
import type { Duplex } from '#contract/wire.ts'
import { MAX_MESSAGE_BYTES } from '#contract/wire.ts'
import { AppError } from '#domain/errors.ts'
import { createAccess, isOurHost, isOurOrigin } from './access.ts'
import { sendPage, sendSentence, sendWayOn } from './pages.ts'
import { overSocket } from './socket.ts'

/** Room for the JSON around the bytes of a message of the largest size. */
const MAX_FRAME_BYTES = MAX_MESSAGE_BYTES + 64 * 1024
const USED_LINK =
  'This link has been used, or the engine was started again since. For a new one, type: murmuration open'

export interface PageServer {
  readonly port: number
  readonly token: string
  /** A link that opens the pages once, in one browser. */
  makeLink(): string
  close(): Promise<void>
}

/**
 * Serves the pages and the contract on 127.0.0.1 alone, to browsers that came by a one-time link and to programs with
 * the token. Port 0 takes any free one. Rejects with 'port-taken'.
 */
export async function servePages(
  folder: string,
  wanted: number,
  accept: (duplex: Duplex) => void,
): Promise<PageServer> {
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 })
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    // A page's secret comes as a protocol; what is answered is never that.
    handleProtocols: () => 'murmuration',
  })
  await listen(server, wanted)
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : wanted
  const cookie = `murmuration-${port}`
  const access = createAccess(() => cookie)
  const makeLink = () => `http://127.0.0.1:${port}/open?token=${access.makeLink()}`

  function answer(request: IncomingMessage, response: ServerResponse): void {
    if (!isOurHost(request, port)) return sendSentence(response, 421, 'This is not the host you asked for.')
    response.setHeaders(new Map(Object.entries(pageHeaders(`ws://${request.headers.host ?? ''}`))))
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    if (request.method === 'POST' && url.pathname === '/link' && isPlainProgram(request)) {
      return sendSentence(response, 200, makeLink())
    }
    if (request.method !== 'GET') return sendSentence(response, 405, 'Only GET is answered here.')
    if (url.pathname === '/open') return open(url, response)
    if (!access.hasCookie(request)) return sendSentence(response, 403, USED_LINK)
    sendPage(folder, url.pathname, response)
  }

  function open(url: URL, response: ServerResponse): void {
    const session = access.useLink(url.searchParams.get('token') ?? '')
    if (!session) return sendSentence(response, 403, USED_LINK)
    response.setHeader('Set-Cookie', `${cookie}=${session.cookie}; HttpOnly; SameSite=Strict; Path=/`)
    // What follows # stays in the browser, and the page takes it off its address at once. A redirect would not do: a browser
    // that comes from a file counts all of it as another site's, and sends no cookie of ours.
    sendWayOn(`/#session=${session.secret}`, response)
  }

  const isPlainProgram = (request: IncomingMessage) => !request.headers.origin && access.isProgram(request)
  const mayConnect = (request: IncomingMessage) =>
    isOurHost(request, port) &&
    request.url === '/contract' &&
    ((isOurOrigin(request) && access.isPage(request)) || isPlainProgram(request))

  server.on('request', answer)
  server.on('upgrade', (request: IncomingMessage, stream: Stream, head: Buffer) => {
    stream.on('error', () => stream.destroy())
    if (!mayConnect(request)) return stream.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
    sockets.handleUpgrade(request, stream, head, (socket) => accept(overSocket(socket, MAX_FRAME_BYTES)))
  })
  return { port, token: access.token, makeLink, close: () => close(server, sockets) }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const taken = 'code' in error && error.code === 'EADDRINUSE'
      reject(taken ? new AppError('port-taken', `127.0.0.1:${port}`, { cause: error }) : error)
    })
    server.listen({ port, host: '127.0.0.1', exclusive: true }, resolve)
  })
}

async function close(server: Server, sockets: WebSocketServer): Promise<void> {
  for (const client of sockets.clients) client.terminate()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
