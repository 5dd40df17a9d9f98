import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Below the ports that systems give to connections that go out: one of those could be taken before it is listened on. */
const LOWEST = 20_000
const HIGHEST = 32_000
const MOST_TRIES = 1000

/** Different ports of this machine that nobody listens on at this moment. Rejects where there are too few. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>()
  for (let tries = 0; found.size < count; tries++) {
    if (tries > MOST_TRIES) throw new Error(`There are no ${count} free ports`)
    const port = randomInt(LOWEST, HIGHEST)
    if (await isFree(port)) found.add(port)
  }
  return [...found]
}

function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
