import type { GuardedSum } from '#domain/guarded-sum.ts'
import type { Document } from '#domain/documents.ts'
import type { Verdict } from '#domain/gate.ts'
import type { RoundKind } from '#domain/round.ts'
import type { Study } from '#domain/study.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import type { Purpose } from './identity/purposes.ts'

/** The documents that this institution holds: one grow-only set for each study. Everything here is durable before it returns. */
export interface Library {
  /** Ids of the studies whose sets we hold. */
  studies(): readonly Hash[]
  study(id: Hash): Document<Study> | null
  /** Ids of all documents of a study, the study's own included, in ascending order. */
  ids(study: Hash): readonly Hash[]
  get(id: Hash): Document | null
  /** All documents of a study's round; round 0 holds those of the study as a whole. */
  ofRound(study: Hash, round: number): readonly Document[]
  /** About how many bytes the documents of each author take up in a study. */
  bytesBy(study: Hash): ReadonlyMap<InstitutionId, number>
  /** Stores a verified document. False when it was known already. */
  add(document: Document): boolean
}

/** Large bytes by their SHA-256: masked contributions while a round lasts, artefacts for good. */
export interface Shelf {
  /** Whether we hold bytes that came to us, or were made here, in this study: what another study brought is not its own. */
  has(hash: Hash, study: Hash): boolean
  get(hash: Hash): Uint8Array | null
  /** Keeps bytes of a study and returns their hash. `keep: 'round'` may be forgotten once the round is decided. */
  put(bytes: Uint8Array, keep: 'round' | 'always', study: Hash): Hash
  /** Keeps several bytes of a study at once. Those of a round are durable when the next entry of the journal is. */
  putAll(all: readonly Uint8Array[], keep: 'round' | 'always', study: Hash): void
}

/** What happened in a round at this member, written before it becomes visible to others. */
export interface JournalEntry {
  readonly study: Hash
  readonly round: number
  readonly attempt: number
  readonly step: 'accepted' | 'committed' | 'revealed' | 'certified' | 'abandoned' | 'decided'
  /** The roster, contribution, mask hash or outcome that the step is about. */
  readonly detail: string
  readonly at: number
}

export interface Journal {
  /** Entries of a study's round in the order written. */
  read(study: Hash, round: number): readonly JournalEntry[]
  /** Durable when it returns. */
  write(entry: JournalEntry): void
  /** Runs writes of library, journal and shelf as one transaction. */
  together<T>(work: () => T): T
}

/** One round's task, the same at every member. */
export interface Work {
  readonly study: Document<Study>
  readonly round: number
  readonly kind: RoundKind
  /** Hash of the artefact to start from; null before the first sum. */
  readonly base: Hash | null
}

/** A member's vector for the sum: every value already multiplied by the member's weight. */
export interface Contribution {
  readonly values: Float64Array
  readonly weight: number
  readonly dataset: Hash
  /**
   * What the values depend on, part by part, as keyed tokens: equal for the same rows and values for good, over rounds, versions
   * and studies, and telling others nothing else. See `rounds/guard.ts`.
   */
  readonly inputs: readonly string[]
}

/** Every sum that may have been opened with our numbers in it: kept for good, over all studies. */
export interface Ledger {
  /** The sums that we committed to with any of these inputs. */
  withInputs(inputs: readonly string[]): readonly GuardedSum[]
  /** Durable with the transaction that it is called in. */
  add(sum: GuardedSum): void
}

/** A model to judge: against the best so far, or the untrained one where there is none (null). */
export interface Trial {
  readonly study: Document<Study>
  readonly artefact: Hash
  readonly best: Hash | null
}

/** What a round needs of the rest of the application. */
export interface Worker {
  /** Length of the vector and bound on the magnitude of each weighted value: functions of the study alone. */
  shape(work: Work): { readonly length: number; readonly bound: number }
  /** Computes our contribution. Rejects with AppError, for example 'rows-too-few'. */
  contribute(work: Work, signal: AbortSignal): Promise<Contribution>
  /** Whether a model is better for us. Absent where there are no models: all are then the same. */
  judge?(trial: Trial, signal: AbortSignal): Promise<Verdict>
  /** Makes the artefact from an opened sum; the same bytes at every member. `weight` is the sum of the roster's weights. */
  conclude(work: Work, sum: Float64Array, weight: number): Promise<Uint8Array>
  /** The loss of an artefact that its outcome names, for a plan that ends training by it; null for all else. */
  lossOf?(work: Work, artefact: Uint8Array): number | null
}

/** Identity of this institution: its id and its hand on the private key. */
export interface Signer {
  readonly id: InstitutionId
  /** Ed25519 signature (64 bytes) over a message, good for this purpose alone. */
  sign(purpose: Purpose, message: Uint8Array): Uint8Array
}

/** Time that only moves forward (milliseconds), for deadlines; wall time, for documents; timers. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number
  /** Monotonic milliseconds. */
  ticks(): number
  /** Calls back once after so many milliseconds; returns a function that cancels it. */
  after(ms: number, call: () => void): () => void
}
