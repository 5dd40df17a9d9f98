import type { EngineEvent } from '#contract/calls.ts'
import type { Handlers } from '#contract/serve.ts'
import type { Hash } from '#domain/values.ts'
import type { Clock } from '#network/ports.ts'
import type { Log, Random } from './ports.ts'

/** Scores of held-out rows by ours alone and by the shared model, given out only in a rehearsal. */
export interface Scores {
  readonly study: Hash
  readonly model: 'alone' | 'shared'
  readonly scores: Float32Array
  readonly labels: Float32Array
}

export interface EngineOptions {
  /** The encrypted database of this home: its path and its raw key of 32 bytes. Created when it is not there. */
  readonly database: { readonly path: string; readonly key: Uint8Array; readonly maxPages?: number }
  /** 32 bytes: the Ed25519 seed that is this institution. */
  readonly seed: Uint8Array
  readonly name: string
  /** Multiaddrs to listen on, for example /ip4/0.0.0.0/tcp/4101. */
  readonly listen: readonly string[]
  /** Multiaddrs to put into invitations instead of those listened on, where others reach us by another way. */
  readonly announce?: readonly string[]
  /** Starts the trainer's process. Called again when it has died. */
  readonly startTrainer: () => TrainerProcess
  readonly clock: Clock
  readonly random: Random
  readonly build: string
  /** In a rehearsal on sample data exact scores are handed out for the report. */
  readonly rehearsal: { readonly scores: (report: Scores) => void } | null
  readonly log: Log
}

/** A started process that answers the trainer's messages (structured clone). */
export interface TrainerProcess {
  send(message: unknown): void
  onMessage(listen: (message: unknown) => void): void
  onExit(listen: () => void): void
  kill(): void
}

export interface Engine {
  readonly handlers: Handlers
  /** Calls back at every event until the returned function is called. */
  on(listen: (event: EngineEvent) => void): () => void
  /** Stops rounds, network and trainer, then closes the database. */
  close(): Promise<void>
}

/** Opens an institution and takes part in all its studies again. Rejects with AppError, for example 'port-taken'. */
export type CreateEngine = (options: EngineOptions) => Promise<Engine>
