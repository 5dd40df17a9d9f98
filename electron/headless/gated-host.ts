import { rmSync } from 'node:fs'
import path from 'node:path'
import { serve } from '#contract/serve.ts'
import { openLog } from '#engine/log-file.ts'
import { systemClock } from './clock.ts'
import { createGate } from './gate.ts'
import { filesOf, homeExists, writePrivate } from './home.ts'
import { buildName, openEngine } from './open-engine.ts'
import { servePages } from './page-server.ts'
import { rehearsalFolder } from './rehearsal/place.ts'
import { forkProgram } from '#trainer/fork.ts'

/** Where the built pages are. */
const PAGES = path.join(import.meta.dirname, '..', '..', 'build', 'out', 'renderer')
/** The program of a sample hospital. */
const SAMPLE = path.join(import.meta.dirname, 'rehearsal', 'sample-process.ts')

export interface GatedOptions {
  readonly home: string
  readonly listen: readonly string[]
  readonly uiPort: number
  /** Opens the home at once where it is known; null leaves it to the page. */
  readonly passphrase: string | null
}

/** Pages with a gate before the institution behind them. */
export interface GatedHost {
  /** A link that opens the pages once, in one browser. */
  makeLink(): string
  /** Stops serving, then the institution where one was opened. */
  close(): Promise<void>
}

/**
 * Serves the pages of a home on 127.0.0.1, whatever its stage: first run, unlocking and recovery happen in the page. Rejects
 * with 'port-taken', or as `openEngine` where a passphrase is given, and leaves nothing open.
 */
export async function startGated({ home, listen, uiPort, passphrase }: GatedOptions): Promise<GatedHost> {
  const files = filesOf(home)
  const log: ReturnType<typeof openLog> = (...entry) => {
    if (homeExists(home)) openLog(files.log, systemClock.now)(...entry)
  }
  let announced = false
  const gate = createGate({
    ...{ home, keychain: null, now: systemClock.now, log },
    open: (given) => openEngine({ home, passphrase: given, listen }),
    rehearsal: {
      ...{ folder: rehearsalFolder(home), build: buildName(), startSample: () => forkProgram(SAMPLE) },
      open: (at, given, where) => openEngine({ home: at, passphrase: given, listen: where }),
    },
    onChange: ({ stage }) => {
      // Nothing opens before the pages are served.
      if (stage === 'open') announce(server)
    },
  })
  const server = await servePages(PAGES, uiPort, (duplex) => void serve(duplex, gate.serving))

  /** From when the home is ours on, programs of this account find the engine here. */
  function announce({ port, token }: { port: number; token: string }): void {
    if (announced) return
    announced = true
    writePrivate(files.running, { format: 1, pid: process.pid, port, token })
  }

  async function close(): Promise<void> {
    if (announced) rmSync(files.running, { force: true })
    await server.close()
    await gate.close()
  }

  await gate
    .resume(passphrase === null ? null : { passphrase, locked: false })
    .catch(async (error: unknown) => {
      await close()
      throw error
    })
  return { makeLink: server.makeLink, close }
}
