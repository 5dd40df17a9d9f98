import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import path from 'node:path'
import { serve } from '#contract/serve.ts'
import type { Engine } from '#engine/engine.ts'
import { systemClock } from './clock.ts'
import { filesOf, writePrivate } from './home.ts'
import { openLog } from '#engine/log-file.ts'
import { openEngine, type Opening } from './open-engine.ts'
import { servePages } from './page-server.ts'

/** Where the built pages are. */
const PAGES = path.join(import.meta.dirname, '..', '..', 'build', 'out', 'renderer')

/** A running institution with its pages. */
export interface Host {
  readonly engine: Engine
  /** A link that opens the pages once, in one browser. */
  makeLink(): string
  /** Stops serving, then rounds and network, then closes the database and gives the home back. */
  close(): Promise<void>
}

/** Starts an institution and serves its pages on 127.0.0.1. Rejects as `openEngine`, or with 'port-taken' for the pages. */
export async function startHost(opening: Opening & { readonly uiPort: number }): Promise<Host> {
  const files = filesOf(opening.home)
  const log = openLog(files.log, systemClock.now)
  const engine = await openEngine(opening)
  const record = (call: string, error: unknown) => {
    const ref = randomUUID().slice(0, 8)
    log('error', 'call-failed', { call, ref, error })
    return ref
  }
  const serving = { handlers: engine.handlers, on: engine.on, record }
  const server = await servePages(PAGES, opening.uiPort, (duplex) => void serve(duplex, serving)).catch(
    async (error: unknown) => {
      await engine.close()
      throw error
    },
  )
  writePrivate(files.running, { format: 1, pid: process.pid, port: server.port, token: server.token })
  return {
    engine,
    makeLink: server.makeLink,
    async close() {
      rmSync(files.running, { force: true })
      await server.close()
      await engine.close()
    },
  }
}
