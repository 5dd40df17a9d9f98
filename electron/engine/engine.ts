import type { EngineEvent } from '#contract/calls.ts'
import type { Handlers } from '#contract/serve.ts'
import { createIdentity } from '#network/identity/identity.ts'
import type { Clock } from '#network/ports.ts'
import { openDatabase } from '#store/database.ts'
import { putName } from '#store/institution.ts'
import { createTrainer, type Channel } from '#trainer/client.ts'
import { assemble } from './assemble.ts'
import { createEvents } from './events.ts'
import type { Machine } from './holding.ts'
import type { Log, Random } from './ports.ts'
import type { Scores } from './results.ts'

export interface EngineOptions {
  /** The encrypted database of this home: its path and its raw key of 32 bytes. Made when it is not there. */
  readonly database: {
    readonly path: string
    readonly key: Uint8Array
    readonly maxPages?: number
    readonly mustExist?: boolean
  }
  /** 32 bytes: the Ed25519 seed that is this institution. */
  readonly seed: Uint8Array
  readonly name: string
  /** Multiaddrs to listen on, for example /ip4/0.0.0.0/tcp/4101. */
  readonly listen: readonly string[]
  /** Multiaddrs for invitations instead of those listened on, where others reach us by another way. */
  readonly advertise?: readonly string[]
  /** Starts the trainer's process when it is first needed, and again when it has died. */
  readonly startTrainer: () => Channel
  /** Starts a process that reads one file. */
  readonly startReader: () => Channel
  readonly clock: Clock
  readonly random: Random
  readonly build: string
  /** In a rehearsal on sample data exact scores are handed out for the report; null in earnest. */
  readonly rehearsal: { readonly scores: (scores: Scores) => void } | null
  readonly log: Log
  /** What the machine says of itself; without it rounds wait for no disk and no night. */
  readonly machine?: Machine
  /** The newest part of the local log as text, for a report that a person reads first. */
  readonly readLog?: () => string
}

/** An open institution. */
export interface Engine {
  /** One function for every call of the contract. */
  readonly handlers: Handlers
  /** Calls back at every event until the returned function is called. */
  on(listen: (event: EngineEvent) => void): () => void
  /** The machine runs on battery, or no longer. */
  power(battery: boolean): void
  /** Stops rounds, network and trainer, then closes the database. */
  close(): Promise<void>
}

/**
 * Opens an institution and takes part in all its studies again. Rejects with AppError, for example 'wrong-passphrase',
 * 'database-damaged' or 'port-taken', and leaves nothing open.
 */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { database, clock, random, build, rehearsal, log, name } = options
  const { path, key, ...limits } = database
  const db = openDatabase(path, key, limits)
  const trainer = createTrainer({ spawn: options.startTrainer })
  const events = createEvents(log)
  const identity = createIdentity(options.seed)
  async function release() {
    await trainer.close()
    db.close()
  }
  try {
    putName(db, name)
    const { handlers, power, stop } = await assemble({
      ...{ db, signer: identity, name, build, clock, random, log, trainer },
      rehearsal: rehearsal !== null,
      startReader: options.startReader,
      rehearse: rehearsal?.scores ?? null,
      advertise: options.advertise ?? null,
      announce: events.announce,
      seed: options.seed,
      listen: options.listen,
      machine: options.machine ?? { freeBytes: () => null, hour: () => 0 },
      readLog: options.readLog ?? (() => ''),
    })
    const close = async () => {
      await stop()
      await release()
    }
    return { handlers, power, on: events.on, close: once(close) }
  } catch (error) {
    await release()
    throw error
  }
}

/** Closing twice waits for the same end. */
function once(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | null = null
  return () => (closing ??= close())
}
