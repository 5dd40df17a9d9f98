import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline/promises'
import { openBrowser } from './browser.ts'
import { systemClock } from './clock.ts'
import { createHome, defaultHome, homeExists, readHome } from './home.ts'
import { startHost } from './host.ts'
import { keptPassphrase, readPassphrase } from './passphrase.ts'
import { say, tell } from './terminal.ts'
import { untilSignal } from './until.ts'

export interface StartOptions {
  readonly home?: string
  readonly name?: string
  readonly passphraseFile?: string
  readonly listen: readonly string[]
  readonly uiPort: number
  readonly open: boolean
}

/** Starts the institution of this account, made first where there is none, and opens its pages in a browser. */
export async function start(options: StartOptions): Promise<void> {
  const home = options.home === undefined ? defaultHome() : path.resolve(options.home)
  if (!homeExists(home)) await makeFirstHome(home, options)
  const passphrase = await readPassphrase(home, options.passphraseFile)
  const { listen, uiPort } = options
  const host = await startHost({ home, passphrase, listen, uiPort })
  const { name } = readHome(home)
  tell(`${name} is running from ${home}. Stop it with Ctrl+C.`)
  try {
    const link = host.makeLink()
    const opened = options.open && (await openBrowser(link))
    say(
      opened
        ? 'Its pages are open in your browser.'
        : `Open its pages in a browser of this machine, once: ${link}`,
    )
    await untilSignal()
  } finally {
    await host.close()
  }
  tell(`${name} has stopped; everything is stored.`)
}

/** The first time: a name, a passphrase and the recovery words. Without a terminal the passphrase is made and kept. */
async function makeFirstHome(home: string, { name, passphraseFile }: StartOptions): Promise<void> {
  const canAsk = process.stdin.isTTY
  const called = name ?? (canAsk ? await askName() : hostname())
  const made = !canAsk && passphraseFile === undefined && !process.env.MURMURATION_PASSPHRASE
  if (canAsk) tell('Choose a passphrase. It opens the encrypted database of this institution.')
  const passphrase = made
    ? randomBytes(24).toString('base64url')
    : await readPassphrase(home, passphraseFile, true)
  const words = await createHome(home, called, passphrase, false, systemClock.now())
  if (made) {
    writeFileSync(keptPassphrase(home), `${passphrase}\n`, { mode: 0o600, flush: true })
    tell(
      `There was no terminal to ask for a passphrase, so one was made and lies in ${keptPassphrase(home)}.`,
    )
    tell('Who can read that file can read the database: use --passphrase-file for real data.')
    return
  }
  say(
    'These 24 words open it if the passphrase is lost. Write them down and keep them where only you find them:',
  )
  say(words)
}

async function askName(): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = (await lines.question('What is your institution called? ')).trim()
    return answer || hostname()
  } finally {
    lines.close()
  }
}
