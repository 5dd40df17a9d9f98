import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import * as v from 'valibot'
import type { GateKey, GateState } from '#contract/gate.ts'
import { AppError } from '#domain/errors.ts'
import { Text } from '#domain/values.ts'
import { writePrivate } from './home.ts'

const MAX_FILE_BYTES = 16 * 1024
const SealedFile = v.strictObject({ format: v.literal(1), sealed: Text(8000) })

/** The keychain of the operating system account, wherever it is: seals a text for this account alone. */
export interface Keychain {
  readonly kind: 'ready' | 'weak'
  seal(secret: string): Promise<string>
  open(sealed: string): Promise<string>
}

/** What opens a home: a passphrase that a person keeps, or a random one that the keychain keeps in keychain.json. */
export function createGateKeys(home: string, keychain: Keychain | null) {
  const file = path.join(home, 'keychain.json')
  const kind: GateState['keychain'] = keychain?.kind ?? 'none'

  /** A keychain that would hide a secret under a fixed password is not used, whoever asks. */
  function strongKeychain(): Keychain {
    if (keychain?.kind !== 'ready') throw new AppError('not-available', `The keychain is ${kind}`)
    return keychain
  }

  return {
    kind,
    unlockBy: (): 'passphrase' | 'keychain' => (existsSync(file) ? 'keychain' : 'passphrase'),

    /** The passphrase for a new home. Throws 'not-available' without a strong keychain to keep it. */
    choose(key: GateKey): string {
      if (key.by === 'passphrase') return key.passphrase
      strongKeychain()
      return randomBytes(32).toString('base64url')
    },

    /** Gives a chosen passphrase to the keychain, or takes what was there away. */
    async keep(by: GateKey['by'], passphrase: string): Promise<void> {
      if (by === 'passphrase') return rmSync(file, { force: true })
      writePrivate(file, { format: 1, sealed: await strongKeychain().seal(passphrase) })
    },

    /** Rejects with 'not-available' without a strong keychain, 'wrong-passphrase' when it does not hold our key. */
    async fromKeychain(): Promise<string> {
      const { open } = strongKeychain()
      if (!existsSync(file) || statSync(file).size > MAX_FILE_BYTES) {
        throw new AppError('wrong-passphrase', 'This home is not opened by the keychain')
      }
      const { sealed } = v.parse(SealedFile, JSON.parse(readFileSync(file, 'utf8')))
      return open(sealed)
    },
  }
}

export type GateKeys = ReturnType<typeof createGateKeys>
