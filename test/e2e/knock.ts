import { request } from 'node:http'
import { WebSocket } from 'ws'

/** Whether a program that says this of itself gets a way to the engine. */
export function knock(
  port: string,
  protocols: readonly string[],
  headers: Record<string, string>,
): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/contract`, [...protocols], { headers })
    socket.once('open', () => (socket.terminate(), resolve(true)))
    socket.once('error', () => resolve(false))
  })
}

/** The status of the first page for a program that says this of itself. */
export function statusOf(port: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path: '/', headers }, (reply) => {
      reply.resume()
      resolve(reply.statusCode ?? 0)
    })
    asked.on('error', reject).end()
  })
}
