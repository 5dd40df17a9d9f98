import { randomInt } from 'node:crypto'
import type { GateKey } from '#contract/gate.ts'
import { AppError } from '#domain/errors.ts'
import type { GateKeys } from './gate-keys.ts'
import { homeExists, writeHome } from './home.ts'
import { makeKeys, type KeyFile } from './keys.ts'

const ASKED_WORDS = 4
const WORDS = 24

interface Draft {
  readonly name: string
  readonly key: GateKey
  readonly passphrase: string
  readonly file: KeyFile
  readonly asked: string
}

/** A home in the making: nothing is on disk until the recovery words were asked back. */
export function createFirstRun(home: string, keys: GateKeys, now: () => number) {
  let draft: Draft | null = null

  return {
    name: () => draft?.name ?? null,

    /** Makes keys. Throws 'home-exists', or 'not-available' without a strong keychain where one is to keep the key. */
    async make(name: string, key: GateKey) {
      if (homeExists(home)) throw new AppError('home-exists', `${home} holds an institution already`)
      const passphrase = keys.choose(key)
      const made = await makeKeys(passphrase)
      const recoveryWords = made.recoveryWords.split(' ')
      const ask = choosePositions()
      draft = {
        name,
        key,
        passphrase,
        file: made.file,
        asked: ask.map((at) => recoveryWords[at - 1]).join(' '),
      }
      return { recoveryWords, ask }
    },

    /** Writes the home when the asked words are right, and returns its passphrase. Throws 'wrong-passphrase'. */
    async confirm(words: readonly string[]): Promise<string> {
      if (!draft) throw new AppError('not-found', 'There is nothing to confirm')
      const { name, key, passphrase, file, asked } = draft
      const given = words.map((word) => word.trim().toLowerCase()).join(' ')
      if (given !== asked) throw new AppError('wrong-passphrase', 'A recovery word differs')
      writeHome(home, name, file, false, now())
      await keys.keep(key.by, passphrase)
      draft = null
      return passphrase
    },
  }
}

function choosePositions(): number[] {
  const all = Array.from({ length: WORDS }, (_, index) => index + 1)
  const chosen = Array.from({ length: ASKED_WORDS }, () => all.splice(randomInt(all.length), 1)).flat()
  return chosen.toSorted((a, b) => a - b)
}
