import { createServer } from 'node:http'

/** A server elsewhere that any leak would reach: it counts who came, and answers everyone kindly. */
export async function openLure() {
  const visits: string[] = []
  const heard: string[] = []
  const server = createServer((request, response) => {
    visits.push(`${request.method} ${request.url}`)
    heard.push(`${request.url} ${request.rawHeaders.join(' ')}`)
    response
      .writeHead(200, { 'Access-Control-Allow-Origin': '*', 'Content-Type': 'text/html' })
      .end('<h1>elsewhere</h1>')
  })
  server.on('upgrade', (request, socket) => {
    visits.push(`upgrade ${request.url}`)
    socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    host: `127.0.0.1:${port}`,
    visits,
    /** Path and headers of every visit. */
    heard,
    close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  }
}
