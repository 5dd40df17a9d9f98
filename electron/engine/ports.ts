import type { EngineEvent } from '#contract/calls.ts'
import type { Head } from '#domain/audit.ts'
import type { Body, Document } from '#domain/documents.ts'
import type { InstitutionId } from '#domain/values.ts'
import type { Clock, Library, Shelf, Signer } from '#network/ports.ts'
import type { Channel } from '#import/messages.ts'
import type { Database } from '#store/database.ts'
import type { Histories } from './histories.ts'

/** Appends to the local redacted log: an event's name, counts and ids. Never a patient value. */
export type Log = (
  level: 'info' | 'warn' | 'error',
  event: string,
  fields?: Readonly<Record<string, unknown>>,
) => void

/** Cryptographic randomness: so many fresh bytes. */
export type Random = (bytes: number) => Uint8Array

/** Tells all clients that something changed. Called after the commit that made it durable. */
export type Announce = (event: EngineEvent) => void

/** What the services share. Each takes only the part that it needs. */
export interface Ports {
  readonly db: Database
  readonly library: Library
  readonly shelf: Shelf
  readonly signer: Signer
  readonly clock: Clock
  readonly random: Random
  readonly announce: Announce
  readonly log: Log
  readonly histories: Histories
  /** Our own name, as others see it. */
  readonly name: string
  readonly build: string
  readonly rehearsal: boolean
  /** Starts a process that reads one file. */
  readonly startReader: () => Channel
  /** A secret of 32 bytes that never leaves this institution, by its purpose. */
  readonly secret: (purpose: string) => Uint8Array
  /** Signs a body as this institution. */
  readonly sign: (body: Body) => Document
  /** Signs our audit log as it stands, and says how far it goes then. */
  readonly sealLog: () => Head
  /** Gives a stored document to our own rounds and to the others. */
  readonly spread: (document: Document) => void
  /** Institutions that answered our hello and are still there. */
  readonly connected: () => readonly InstitutionId[]
}
