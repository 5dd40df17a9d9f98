import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { root } from '#build/place.mjs'

const START = path.join(root, 'electron', 'headless', 'start.ts')
const START_MS = 60_000
const END_MS = 30_000

/** The browser mode of `npm start`, as its own process. */
export interface Started {
  /** Opens the pages once. */
  readonly link: string
  readonly port: string
  readonly pid: number
  /** Stops it as Ctrl+C does, and returns its exit code; null when it had to be killed. */
  stop(): Promise<number | null>
}

/** Starts the browser mode on a home, which its pages make where there is none. Their port is any free one unless given. */
export async function startOwn(folder: string, port = '0'): Promise<Started> {
  const where = ['--home', path.join(folder, 'home'), '--listen', '/ip4/127.0.0.1/tcp/0']
  const args = [...where, '--ui-port', port, '--no-open']
  const child = spawn(process.execPath, [START, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const gone = once(child, 'exit')
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text))
  const until = Date.now() + START_MS
  for (;;) {
    const [link, given] = /http:\/\/127\.0\.0\.1:(\d+)\/open\?token=\S+/.exec(said) ?? []
    if (link && given) return { link, port: given, pid: child.pid ?? 0, stop: () => stop() }
    if (child.exitCode !== null || Date.now() > until) break
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  child.kill('SIGKILL')
  throw new Error(`The browser mode did not start:\n${said.slice(-2000)}`)

  async function stop(): Promise<number | null> {
    child.kill('SIGTERM')
    const killing = setTimeout(() => child.kill('SIGKILL'), END_MS)
    await gone
    clearTimeout(killing)
    return child.exitCode
  }
}
