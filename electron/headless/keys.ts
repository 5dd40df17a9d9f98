import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { argon2id } from 'hash-wasm'
import * as v from 'valibot'
import { Passphrase } from '#contract/gate.ts'
import { AppError } from '#domain/errors.ts'
import { Count } from '#domain/values.ts'

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** RFC 9106's second choice (64 MiB, three passes) with one lane, as WebAssembly computes lanes one after another. */
const STRENGTH = { memoryKiB: 65_536, passes: 3, lanes: 1 }

const Base64 = v.pipe(v.string(), v.maxLength(500), v.regex(/^[A-Za-z0-9_-]+$/))
const Sealed = v.strictObject({ nonce: Base64, box: Base64 })
type Sealed = v.InferOutput<typeof Sealed>

/** The file keys.json: a master key under two wraps, and the two secrets of an institution under the master key. */
export const KeyFile = v.strictObject({
  format: v.literal(1),
  argon2id: v.strictObject({
    memoryKiB: Count(65_536, 4 * 1024 * 1024),
    passes: Count(3, 100),
    lanes: Count(1, 16),
    salt: Base64,
  }),
  byPassphrase: Sealed,
  byRecovery: Sealed,
  secrets: Sealed,
})
export type KeyFile = v.InferOutput<typeof KeyFile>

/** What an institution must never lose or show: 32 bytes each. */
export interface Secrets {
  readonly databaseKey: Uint8Array
  readonly identitySeed: Uint8Array
}

/** Makes an institution's secrets, wrapped by a passphrase and by 24 recovery words that are shown once. Rejects with 'passphrase-short'. */
export async function makeKeys(passphrase: string) {
  checkStrength(passphrase)
  const secrets = { databaseKey: randomBytes(KEY_BYTES), identitySeed: randomBytes(KEY_BYTES) }
  const master = randomBytes(KEY_BYTES)
  const recovery = randomBytes(KEY_BYTES)
  const settings = { ...STRENGTH, salt: toText(randomBytes(16)) }
  const file: KeyFile = {
    format: 1,
    argon2id: settings,
    byPassphrase: seal(await stretch(passphrase, settings), master, 'passphrase'),
    byRecovery: seal(fromRecovery(recovery), master, 'recovery'),
    secrets: seal(master, Buffer.concat([secrets.databaseKey, secrets.identitySeed]), 'secrets'),
  }
  return { file, secrets, recoveryWords: entropyToMnemonic(recovery, wordlist) }
}

/** The secrets behind a passphrase. Rejects with 'wrong-passphrase'. */
export async function unlock(file: KeyFile, passphrase: string): Promise<Secrets> {
  return secretsOf(file, open(await stretch(passphrase, file.argon2id), file.byPassphrase, 'passphrase'))
}

/** The same secrets under a new passphrase, for who has the recovery words. Rejects with 'wrong-passphrase' or 'passphrase-short'. */
export async function recover(file: KeyFile, words: string, passphrase: string): Promise<KeyFile> {
  checkStrength(passphrase)
  const master = open(fromRecovery(entropyOf(words)), file.byRecovery, 'recovery')
  const settings = { ...STRENGTH, salt: toText(randomBytes(16)) }
  const byPassphrase = seal(await stretch(passphrase, settings), master, 'passphrase')
  return { ...file, argon2id: settings, byPassphrase }
}

/** Wherever a passphrase is chosen, screen or command line, the same rule holds. Where one is typed to open a home, none. */
function checkStrength(passphrase: string): void {
  const { length } = passphrase
  if (!v.is(Passphrase, passphrase)) throw new AppError('passphrase-short', `this one has ${length}`)
}

/** The same file with another identity in it, for who knows the passphrase; recovery words stay good. Rejects with 'wrong-passphrase'. */
export async function replaceIdentity(file: KeyFile, passphrase: string, seed: Uint8Array): Promise<KeyFile> {
  const master = open(await stretch(passphrase, file.argon2id), file.byPassphrase, 'passphrase')
  const { databaseKey } = secretsOf(file, master)
  return { ...file, secrets: seal(master, Buffer.concat([databaseKey, seed]), 'secrets') }
}

function secretsOf(file: KeyFile, master: Uint8Array): Secrets {
  const both = open(master, file.secrets, 'secrets')
  return { databaseKey: both.subarray(0, KEY_BYTES), identitySeed: both.subarray(KEY_BYTES, 2 * KEY_BYTES) }
}

function stretch(passphrase: string, { memoryKiB, passes, lanes, salt }: KeyFile['argon2id']) {
  return argon2id({
    password: passphrase.normalize('NFKC'),
    salt: Buffer.from(salt, 'base64url'),
    memorySize: memoryKiB,
    iterations: passes,
    parallelism: lanes,
    hashLength: KEY_BYTES,
    outputType: 'binary',
  })
}

function fromRecovery(recovery: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', recovery, new Uint8Array(), 'murmuration recovery 1', KEY_BYTES))
}

function entropyOf(words: string): Uint8Array {
  try {
    return mnemonicToEntropy(words.trim().toLowerCase().split(/\s+/).join(' '), wordlist)
  } catch (cause) {
    throw new AppError('wrong-passphrase', 'These are not 24 recovery words', { cause })
  }
}

function seal(key: Uint8Array, plain: Uint8Array, purpose: string): Sealed {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(`murmuration ${purpose} 1`))
  const box = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  return { nonce: toText(nonce), box: toText(box) }
}

function open(key: Uint8Array, sealed: Sealed, purpose: string): Uint8Array {
  try {
    const nonce = Buffer.from(sealed.nonce, 'base64url')
    const box = Buffer.from(sealed.box, 'base64url')
    const options = { authTagLength: TAG_BYTES }
    const cipher = createDecipheriv('aes-256-gcm', key, nonce, options)
      .setAAD(Buffer.from(`murmuration ${purpose} 1`))
      .setAuthTag(box.subarray(-TAG_BYTES))
    return Buffer.concat([cipher.update(box.subarray(0, -TAG_BYTES)), cipher.final()])
  } catch (cause) {
    throw new AppError('wrong-passphrase', 'The key file does not open', { cause })
  }
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}
