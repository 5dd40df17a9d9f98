import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { closeSync, openSync, readdirSync, readSync, rmSync, writeSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '#domain/errors.ts'

/** Raw rows of one import, set aside until their types are known. */
export interface Staging {
  put(part: number, bytes: Uint8Array): void
  get(part: number): Uint8Array | null
  /** Removes everything. */
  remove(): void
}

/** Where a part lies in the file. */
interface Place {
  readonly at: number
  readonly length: number
}

const MARK = '.staging-'
const CIPHER = 'aes-256-gcm'
const [KEY_BYTES, NONCE_BYTES, TAG_BYTES] = [32, 12, 16]
const PAGE_BYTES = 4096

/**
 * A file beside the database, sealed part by part under a key that is never written down: after a crash nobody can read
 * what is left of it, and the next opening removes it. So it need not reach the disk. Throws 'disk-full' where it may not
 * grow, or cannot.
 */
export function openStaging(database: string, name: string, maxPages: number | null): Staging {
  const file = `${database}${MARK}${name}`
  const key = randomBytes(KEY_BYTES)
  const handle = openSync(file, 'w+', 0o600)
  const places = new Map<number, Place>()
  const most = (maxPages ?? Infinity) * PAGE_BYTES
  let end = 0

  function put(part: number, bytes: Uint8Array) {
    const sealed = seal(key, places.size, part, bytes)
    if (end + sealed.length > most) throw new AppError('disk-full', 'There is no room left for an import')
    write(handle, sealed, end)
    places.set(part, { at: end, length: sealed.length })
    end += sealed.length
  }
  function get(part: number): Uint8Array | null {
    const place = places.get(part)
    if (!place) return null
    const sealed = Buffer.alloc(place.length)
    readSync(handle, sealed, 0, place.length, place.at)
    return open(key, part, sealed)
  }
  function remove() {
    closeSync(handle)
    rmSync(file, { force: true })
  }
  return { put, get, remove }
}

/** Removes what imports that a crash ended have set aside. */
export function sweepStaging(database: string): void {
  const folder = path.dirname(database)
  const start = `${path.basename(database)}${MARK}`
  for (const name of readdirSync(folder)) {
    if (name.startsWith(start)) rmSync(path.join(folder, name), { force: true })
  }
}

/** A key is used for one file, and there with each number once. */
function seal(key: Uint8Array, number: number, part: number, bytes: Uint8Array): Buffer {
  const nonce = Buffer.alloc(NONCE_BYTES)
  nonce.writeUIntBE(number, 0, 6)
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(String(part)))
  return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
}

function open(key: Uint8Array, part: number, sealed: Buffer): Uint8Array {
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES))
  decipher.setAAD(Buffer.from(String(part))).setAuthTag(sealed.subarray(-TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()])
  } catch (cause) {
    throw new AppError('file-unreadable', 'What was set aside of an import was changed', { cause })
  }
}

function write(handle: number, bytes: Uint8Array, at: number) {
  try {
    for (let done = 0; done < bytes.length;)
      done += writeSync(handle, bytes, done, bytes.length - done, at + done)
  } catch (cause) {
    throw new AppError('disk-full', 'The disk does not take what an import sets aside', { cause })
  }
}
