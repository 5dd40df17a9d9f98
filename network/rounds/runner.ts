import type { Document } from '#domain/documents.ts'
import { studyOf } from '#domain/documents.ts'
import type { Decided } from '#domain/round.ts'
import type { Head } from '#domain/audit.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import type { Clock, Journal, Ledger, Library, Shelf, Signer, Worker } from '../ports.ts'
import type { RoundState } from './state.ts'
import { createStudyLoop, type StudyLoop } from './study-loop.ts'

/** How a round reaches the others: documents that are stored already, and large bytes by hash. */
export interface RoundGossip {
  publish(document: Document): void
  /** Bytes with this hash from any member that holds them; `refused` hears why nobody gives them. Rejects when nobody does in time. */
  fetch(
    study: Hash,
    hash: Hash,
    maxBytes: number,
    signal: AbortSignal,
    refused?: (why: Error) => void,
  ): Promise<Uint8Array>
  connected(): readonly InstitutionId[]
}

/** A round that came to its end, with what this member keeps of it. */
export interface DecidedRound extends Decided {
  readonly study: Hash
  /** Members whose contributions are in the sum; none for a void round. */
  readonly members: readonly InstitutionId[]
  readonly artefact: Uint8Array | null
  readonly computeMs: number | null
  readonly exchangeMs: number | null
}

export interface RoundsPorts {
  readonly signer: Signer
  readonly library: Library
  readonly shelf: Shelf
  readonly journal: Journal
  readonly ledger: Ledger
  readonly clock: Clock
  readonly worker: Worker
  readonly gossip: RoundGossip
  /** Whether we have confirmed an institution ourselves. */
  confirmed(id: InstitutionId): boolean
  /** Cryptographically secure random bytes. */
  random(bytes: number): Uint8Array
  /** How far our audit log goes, signed by us up to there. */
  auditHead(): Head
  /** Called inside `journal.together` with the round's last journal entry: models, audit and local record belong here. */
  decided(round: DecidedRound): void
  /** Called after something in a round changed, and was committed. */
  changed(study: Hash, round: number): void
  /** For the local log and the screen: an act that failed, by its name and the error's code, and the bytes it lacks. Never a value. */
  failed(study: Hash, act: string, error: unknown, lacks?: Hash): void
}

export interface Rounds {
  /** Takes part in a study from now on. Calling it again does nothing. */
  watch(study: Hash): void
  /** A verified document was stored, by us or from a peer. */
  documentArrived(document: Document): void
  pause(study: Hash): void
  resume(study: Hash): void
  /** Where a study's current round stands; null before `watch` and after the study's end. */
  state(study: Hash): RoundState | null
  /** The door: null when the bytes with this hash may leave for a member, otherwise why not. */
  mayLeave(study: Hash, hash: Hash, to: InstitutionId): string | null
  /** Ends all studies' loops. Keys in memory are erased. */
  stop(): Promise<void>
}

/** Takes part in the rounds of all watched studies: from proposal to certificate, each study on its own. */
export function createRounds(ports: RoundsPorts): Rounds {
  const loops = new Map<Hash, StudyLoop>()
  function watch(id: Hash) {
    const study = ports.library.study(id)
    if (!study || loops.has(id)) return
    loops.set(id, createStudyLoop(ports, study))
  }
  return {
    watch,
    documentArrived: (document) => loops.get(studyOf(document))?.poke(),
    pause: (study) => loops.get(study)?.pause(true),
    resume: (study) => loops.get(study)?.pause(false),
    state: (study) => loops.get(study)?.state() ?? null,
    mayLeave(study, hash, to) {
      const members = ports.library.study(study)?.body.members
      if (!members?.some((one) => one.id === to)) return 'not a member of the study'
      const loop = loops.get(study)
      return loop ? loop.mayLeave(hash) : 'the study is not running'
    },
    async stop() {
      await Promise.all([...loops.values()].map((one) => one.stop()))
      loops.clear()
    },
  }
}
