import { AppError, type ErrorCode } from '#domain/errors.ts'
import type { Hash } from '#domain/values.ts'
import type { Ports } from './ports.ts'

type TroublePorts = Pick<Ports, 'log' | 'announce'> & {
  /** The round of a study that is under way. */
  readonly roundOf: (study: Hash) => number | null
}

/** Why we could not compute our part of a round that is under way. Kept in memory: a restart computes anew. */
export function createTroubles({ log, announce, roundOf }: TroublePorts) {
  const known = new Map<Hash, { readonly round: number; readonly code: ErrorCode }>()

  /** An act of a round failed here. */
  function failed(study: Hash, act: string, error: unknown): void {
    log('warn', 'act-failed', { study, act, error })
    const round = roundOf(study)
    if (act !== 'compute' || round === null) return
    known.set(study, { round, code: error instanceof AppError ? error.code : 'internal' })
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
    return found?.round === round ? found.code : null
  }

  return { failed, waits, of }
}

export type Troubles = ReturnType<typeof createTroubles>
