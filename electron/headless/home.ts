import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import * as v from 'valibot'
import { AppError } from '#domain/errors.ts'
import { plainLine } from '#domain/plain-text.ts'
import { Text, Time } from '#domain/values.ts'
import { KeyFile, makeKeys, recover, replaceIdentity, unlock, type Secrets } from './keys.ts'

const MAX_FILE_BYTES = 64 * 1024

const HomeFile = v.strictObject({
  format: v.literal(1),
  name: v.pipe(Text(120), v.minLength(1)),
  rehearsal: v.boolean(),
  createdAt: Time,
})
export type HomeFile = v.InferOutput<typeof HomeFile>

/** Where an institution lives when nobody says otherwise, as each operating system has it. */
export function defaultHome(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: string = process.platform,
): string {
  if (env.MURMURATION_HOME) return path.resolve(env.MURMURATION_HOME)
  if (platform === 'win32')
    return path.join(env.LOCALAPPDATA ?? path.join(homedir(), 'AppData', 'Local'), 'Murmuration')
  if (platform === 'darwin') return path.join(homedir(), 'Library', 'Application Support', 'Murmuration')
  return path.join(env.XDG_DATA_HOME ?? path.join(homedir(), '.local', 'share'), 'murmuration')
}

/** The files of a home. */
export function filesOf(home: string) {
  return {
    keys: path.join(home, 'keys.json'),
    about: path.join(home, 'home.json'),
    database: path.join(home, 'murmuration.db'),
    /** Stands from when the database was first opened: a database that is gone later is never made anew. */
    made: path.join(home, 'database.json'),
    running: path.join(home, 'engine.json'),
    log: path.join(home, 'murmuration.log'),
  }
}

export function homeExists(home: string): boolean {
  return existsSync(filesOf(home).keys)
}

/**
 * Makes a home that only this account can read, with new keys, and returns the 24 recovery words. Throws 'home-exists'
 * where one stands already.
 */
export async function createHome(
  home: string,
  name: string,
  passphrase: string,
  rehearsal: boolean,
  now: number,
) {
  const { file, recoveryWords } = await makeKeys(passphrase)
  writeHome(home, name, file, rehearsal, now)
  return recoveryWords
}

/** Makes a home that only this account can read for keys that were made before. Throws 'home-exists' or 'bad-request'. */
export function writeHome(home: string, name: string, keys: KeyFile, rehearsal: boolean, now: number): void {
  if (homeExists(home)) throw new AppError('home-exists', `${home} holds an institution already`)
  const about = v.safeParse(HomeFile, { format: 1, name: plainLine(name).trim(), rehearsal, createdAt: now })
  if (!about.success)
    throw new AppError('bad-request', 'An institution needs a name of at most 120 characters')
  mkdirSync(home, { recursive: true, mode: 0o700 })
  keepPrivate(home)
  writePrivate(filesOf(home).about, about.output)
  writePrivate(filesOf(home).keys, keys)
}

/** Shuts a home to other accounts of this machine: one that was copied here may be open to all. */
export function keepPrivate(home: string): void {
  chmodSync(home, 0o700)
}

/** What stands in a home that needs no passphrase to read. Throws 'home-missing'. */
export function readHome(home: string): HomeFile {
  return readFile(HomeFile, filesOf(home).about, home)
}

/** Opens a home's secrets. Rejects with 'home-missing' or 'wrong-passphrase'. */
export async function unlockHome(home: string, passphrase: string): Promise<Secrets> {
  return await unlock(readFile(KeyFile, filesOf(home).keys, home), passphrase)
}

/** Sets a new passphrase for who has the 24 recovery words. Rejects with 'home-missing' or 'wrong-passphrase'. */
export async function recoverHome(home: string, words: string, passphrase: string): Promise<void> {
  const { keys } = filesOf(home)
  writePrivate(keys, await recover(readFile(KeyFile, keys, home), words, passphrase))
}

/** Gives a home another identity under the same passphrase. Rejects with 'home-missing' or 'wrong-passphrase'. */
export async function replaceHomeIdentity(home: string, passphrase: string, seed: Uint8Array): Promise<void> {
  const { keys } = filesOf(home)
  writePrivate(keys, await replaceIdentity(readFile(KeyFile, keys, home), passphrase, seed))
}

/** Writes a small JSON file that only this account can read, whole or not at all. */
export function writePrivate(file: string, value: unknown): void {
  const draft = `${file}.new`
  writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flush: true })
  renameSync(draft, file)
}

function readFile<Schema extends v.GenericSchema>(schema: Schema, file: string, home: string) {
  if (!existsSync(file) || statSync(file).size > MAX_FILE_BYTES) {
    throw new AppError('home-missing', `${home} holds no institution`)
  }
  const parsed = v.safeParse(schema, parseJson(readFileSync(file, 'utf8')))
  if (!parsed.success) throw new AppError('home-missing', `${file} is not as this version writes it`)
  return parsed.output
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
