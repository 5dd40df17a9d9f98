import { AppError, type ErrorCode } from '#domain/errors.ts'
import type { Hash } from '#domain/values.ts'
import type { RoundState } from '#network/rounds/state.ts'
import type { Ports } from './ports.ts'

type TroublePorts = Pick<Ports, 'log' | 'announce' | 'shelf'> & {
  /** Where the round of a study that is under way stands. */
  readonly stateOf: (study: Hash) => Pick<RoundState, 'round' | 'attempt'> | null
}

interface Trouble {
  readonly round: number
  readonly code: ErrorCode
  /** What others were asked for in an attempt and did not give: it is over once that is here, or the attempt is. */
  readonly lacks: { readonly attempt: number; readonly hash: Hash } | null
}

/** Why our part of a round that is under way stands still: what we could not compute, or what others refuse us. Kept in memory. */
export function createTroubles({ log, announce, shelf, stateOf }: TroublePorts) {
  const known = new Map<Hash, Trouble>()

  function isOver(study: Hash, { round, lacks }: Trouble): boolean {
    const state = stateOf(study)
    if (state?.round !== round) return true
    return lacks !== null && (state.attempt !== lacks.attempt || shelf.has(lacks.hash, study))
  }

  /** An act of a round failed here; `lacks` are bytes that others refuse. */
  function failed(study: Hash, act: string, error: unknown, lacks?: Hash): void {
    const state = stateOf(study)
    const before = of(study, state?.round ?? 0)
    const code = error instanceof AppError ? error.code : 'internal'
    // What is asked for again and again is said once.
    if (lacks !== undefined && before !== null) return
    log('warn', 'act-failed', { study, act, error })
    if ((act !== 'compute' && lacks === undefined) || state === null) return
    const { round, attempt } = state
    known.set(study, { round, code, lacks: lacks === undefined ? null : { attempt, hash: lacks } })
    announce({ event: 'rounds.changed', study, round })
  }

  /** Our part of a study's rounds waits until the ledger of our sums is whole, or does so no longer. */
  function waits(study: Hash, on: boolean): void {
    if (on) return failed(study, 'compute', new AppError('home-restored', 'Others hold documents of ours'))
    known.delete(study)
    announce({ event: 'studies.changed', study })
  }

  function of(study: Hash, round: number): ErrorCode | null {
    const found = known.get(study)
    return found?.round === round && !isOver(study, found) ? found.code : null
  }

  return { failed, waits, of }
}

export type Troubles = ReturnType<typeof createTroubles>
