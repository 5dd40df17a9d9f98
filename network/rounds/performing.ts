import type { Body, Document, Roster } from '#domain/documents.ts'
import type { Decided } from '#domain/round.ts'
import type { Study } from '#domain/study.ts'
import type { JournalEntry, Work } from '../ports.ts'
import type { Act } from './acts.ts'
import type { RoundMemory } from './memory.ts'
import type { RoundsPorts } from './runner.ts'
import type { Situation } from './situation.ts'

/** The longest that one blob may take to arrive from one call, in milliseconds. */
const FETCH_TIMEOUT_MS = 60_000

/** The side of a study's loop that acts change. */
export interface LoopSide {
  memory(): RoundMemory
  poke(): void
  /** A decision as this member's history takes it up; null while votes that it names are missing. */
  complete(decision: Omit<Decided, 'ballot'>): Decided | null
  settled(decided: Decided, roster: Document<Roster> | null): void
}

/** What every act works with. */
export interface Performing {
  readonly ports: RoundsPorts
  readonly study: Document<Study>
  readonly loop: LoopSide
  /** How long our own computation took, and when (ticks) we joined the exchange, of the round in hand. */
  readonly times: { computeMs: number | null; exchangeFrom: number | null }
  /** Signs a document, makes it durable together with its journal entry and `also`, then publishes it. */
  record(body: Body, step: JournalEntry['step'] | null, detail: string, also?: () => void): void
}

export type Doing<A extends Act['act']> = (
  p: Performing,
  act: Extract<Act, { act: A }>,
  s: Situation,
) => void | Promise<void>

/** The task of a situation's round, as the worker knows it. */
export function workOf(s: Situation): Work {
  return { study: s.study, round: s.round, kind: s.kind, base: s.base }
}

/** Aborts with the round, or when the other side takes too long. */
export function withTimeout(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(FETCH_TIMEOUT_MS)])
}
