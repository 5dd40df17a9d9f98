import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import * as v from 'valibot'
import { makeSamples, type Sample } from '#engine/samples/samples.ts'
import { Count, Text } from '#domain/values.ts'
import { freePorts } from '../free-ports.ts'
import { writePrivate } from '../home.ts'

const SEED = 20_261
const HOSPITALS = 4
const MAX_FILE_BYTES = 16 * 1024

/** The file rehearsal.json, written last: a folder without it was never finished. */
const PlaceFile = v.strictObject({
  format: v.literal(1),
  /** One for all homes of the rehearsal: nobody needs to keep anything of theirs secret. */
  passphrase: v.pipe(Text(100), v.minLength(12)),
  ports: v.pipe(v.array(Count(1, 65_535)), v.length(HOSPITALS)),
})

/** Where one hospital of a rehearsal lives, and what its table is. */
export interface Lodging extends Sample {
  readonly home: string
  readonly listen: readonly string[]
}

/** The folder of a rehearsal: our own institution in it, and the others. */
export interface Place {
  readonly passphrase: string
  readonly own: Lodging
  readonly others: readonly Lodging[]
}

/** The rehearsal's folder, beside the real home and never in it. */
export function rehearsalFolder(home: string): string {
  return `${home}-rehearsal`
}

/** Makes the folder of a rehearsal anew. */
export async function makePlace(folder: string): Promise<Place> {
  removePlace(folder)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const ports = await freePorts(HOSPITALS)
  const passphrase = randomBytes(16).toString('base64url')
  writePrivate(fileOf(folder), { format: 1, passphrase, ports })
  return layOut(folder, passphrase, ports)
}

/** The rehearsal that was begun in a folder, or null where there is none that can be gone on with. */
export function readPlace(folder: string): Place | null {
  const file = fileOf(folder)
  try {
    if (!existsSync(file) || statSync(file).size > MAX_FILE_BYTES) return null
    const { passphrase, ports } = v.parse(PlaceFile, JSON.parse(readFileSync(file, 'utf8')))
    return layOut(folder, passphrase, ports)
  } catch {
    return null
  }
}

/** Removes a rehearsal from the disk, whatever of it there is. */
export function removePlace(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
}

function fileOf(folder: string): string {
  return path.join(folder, 'rehearsal.json')
}

function layOut(folder: string, passphrase: string, ports: readonly number[]): Place {
  const lodgings = makeSamples(SEED, HOSPITALS).map((sample, index): Lodging => ({
    ...sample,
    home: path.join(folder, `${index + 1}`),
    listen: [`/ip4/127.0.0.1/tcp/${ports[index] ?? 0}`],
  }))
  const [own, ...others] = lodgings
  if (!own) throw new RangeError('There are sample hospitals')
  return { passphrase, own, others }
}
