import { connect, createServer, type Socket } from 'node:net'

/** A TCP proxy on loopback that counts the bytes of each direction, and can cut all connections. */
export async function createTcpProxy(port: number) {
  const bytes = { toServer: 0, toClient: 0 }
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    client.on('data', (chunk: Buffer) => (bytes.toServer += chunk.length))
    upstream.on('data', (chunk: Buffer) => (bytes.toClient += chunk.length))
    client.pipe(upstream)
    upstream.pipe(client)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port')
  const cut = () => sockets.forEach((one) => one.destroy())
  return {
    port: address.port,
    bytes,
    cut,
    async close() {
      cut()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}
