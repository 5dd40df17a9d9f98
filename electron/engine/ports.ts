import type { EngineEvent } from '#contract/calls.ts'

/** Appends to the local redacted log: an event's name, counts and ids. Never a patient value. */
export type Log = (level: 'info' | 'warn' | 'error', event: string, fields?: Readonly<Record<string, unknown>>) => void

/** Cryptographic randomness: so many fresh bytes. */
export type Random = (bytes: number) => Uint8Array

/** Tells all clients that something changed. Called after the commit that made it durable. */
export type Announce = (event: EngineEvent) => void
