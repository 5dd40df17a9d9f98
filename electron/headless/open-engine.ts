import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, statfsSync } from 'node:fs'
import path from 'node:path'
import * as v from 'valibot'
import { AppError } from '#domain/errors.ts'
import { createEngine, type Engine } from '#engine/engine.ts'
import type { Scores } from '#engine/results.ts'
import type { Channel } from '#trainer/client.ts'
import { forkReader } from '#engine/fork-reader.ts'
import { forkTrainer } from '#trainer/fork.ts'
import { systemClock } from './clock.ts'
import { filesOf, keepPrivate, readHome, unlockHome, writePrivate } from './home.ts'
import type { Secrets } from './keys.ts'
import { takeHome } from './lock.ts'
import { openLog, readLogTail } from '#engine/log-file.ts'

export interface Opening {
  readonly home: string
  readonly passphrase: string
  /** What the passphrase opens, where this process has just made it: it costs time to open on purpose. */
  readonly secrets?: Secrets
  /** Multiaddrs to listen on; none for a command that only looks or writes. */
  readonly listen: readonly string[]
  readonly advertise?: readonly string[]
  readonly onScores?: (scores: Scores) => void
  /** Starts a trainer where it is not a process of its own under this Node. */
  readonly startTrainer?: () => Channel
  /** The same for the reader of a file. */
  readonly startReader?: () => Channel
  /** Name and version of the product where there is no package.json to read them from. */
  readonly build?: string
}

/**
 * Opens the institution of a home in this process: takes the home for itself, unlocks it and starts its engine. Rejects
 * with 'home-missing', 'home-in-use', 'wrong-passphrase', 'port-taken', 'disk-full' or 'database-damaged'.
 */
export async function openEngine(opening: Opening): Promise<Engine> {
  const { home, listen, advertise, onScores, build } = opening
  const { name, rehearsal } = readHome(home)
  keepPrivate(home)
  const release = takeHome(home)
  try {
    const { databaseKey, identitySeed } = opening.secrets ?? (await unlockHome(home, opening.passphrase))
    const maxPages = Number(process.env.MURMURATION_TEST_MAX_PAGES)
    const { database, made } = filesOf(home)
    const mustExist = wasMade(home)
    const engine = await createEngine({
      database: { path: database, key: databaseKey, mustExist, ...(maxPages > 0 ? { maxPages } : {}) },
      seed: identitySeed,
      name,
      listen,
      ...(advertise ? { advertise } : {}),
      ...{ startTrainer: forkTrainer, startReader: forkReader, ...startersOf(opening) },
      clock: systemClock,
      random: (bytes) => new Uint8Array(randomBytes(bytes)),
      build: build ?? buildName(),
      rehearsal: rehearsal ? { scores: onScores ?? (() => undefined) } : null,
      log: openLog(filesOf(home).log, systemClock.now),
      machine: { freeBytes: () => freeBytesAt(home), hour: () => new Date(systemClock.now()).getHours() },
      readLog: () => readLogTail(filesOf(home).log),
    })
    if (!mustExist) writePrivate(made, { format: 1 })
    return { ...engine, close: () => engine.close().finally(release) }
  } catch (error) {
    release()
    throw error
  }
}

function startersOf({ startTrainer, startReader }: Opening) {
  return { ...(startTrainer ? { startTrainer } : {}), ...(startReader ? { startReader } : {}) }
}

/** Whether a home's database was made before. Throws 'database-damaged' when it was, and is gone. */
function wasMade(home: string): boolean {
  const { database, made } = filesOf(home)
  if (!existsSync(made)) return false
  if (!existsSync(database)) throw new AppError('database-damaged', 'The database of this home is gone')
  return true
}

/** Free bytes for this account where a home lies; null where the system does not say. */
function freeBytesAt(home: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(home)
    return bavail * bsize
  } catch {
    return null
  }
}

/** Name and version of this product, as approvals record it. */
export function buildName(): string {
  const file = path.join(import.meta.dirname, '..', '..', 'package.json')
  const { name, version } = v.parse(
    v.object({ name: v.string(), version: v.string() }),
    JSON.parse(readFileSync(file, 'utf8')),
  )
  return `${name} ${version}`
}
