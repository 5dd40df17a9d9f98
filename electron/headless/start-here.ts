import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import path from 'node:path'
import { openBrowser } from './browser.ts'
import { systemClock } from './clock.ts'
import { createHome, defaultHome, homeExists, readHome } from './home.ts'
import { startGated } from './gated-host.ts'
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

/** Starts the institution of this account and opens its pages in a browser. What only a person can say is asked there. */
export async function start(options: StartOptions): Promise<void> {
  const home = options.home === undefined ? defaultHome() : path.resolve(options.home)
  const { listen, uiPort, passphraseFile } = options
  if (!homeExists(home) && isGiven(passphraseFile)) await makeFirstHome(home, options)
  const isKnown = homeExists(home) && (isGiven(passphraseFile) || existsSync(keptPassphrase(home)))
  const passphrase = isKnown ? await readPassphrase(home, passphraseFile) : null
  const host = await startGated({ home, listen, uiPort, passphrase })
  tell(
    `${homeExists(home) ? readHome(home).name : 'Murmuration'} is served from ${home}. Stop it with Ctrl+C.`,
  )
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
  tell('It has stopped; everything is stored.')
}

/** Whether a passphrase comes with the command, so that nobody needs to be asked. */
function isGiven(file: string | undefined): boolean {
  return file !== undefined || Boolean(process.env.MURMURATION_PASSPHRASE)
}

/** The first time, for who starts it by a script: the given passphrase, and the recovery words in the terminal. */
async function makeFirstHome(
  home: string,
  { name = hostname(), passphraseFile }: StartOptions,
): Promise<void> {
  const passphrase = await readPassphrase(home, passphraseFile)
  const words = await createHome(home, name, passphrase, false, systemClock.now())
  say(
    'These 24 words open it if the passphrase is lost. Write them down and keep them where only you find them:',
  )
  say(words)
}
