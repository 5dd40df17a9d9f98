import type { RoundKind } from '#domain/round.ts'
import type { Hash } from '#domain/values.ts'
import { ofKind } from '#network/rounds/record.ts'
import { addBytesSent } from '#store/rounds.ts'
import type { Ports } from './ports.ts'

/** So long after the first the bytes that left are written down together. */
const WAIT_MS = 200

export interface SentBytesPorts extends Pick<Ports, 'db' | 'clock' | 'library' | 'signer'> {
  /** The round of a study that is under way. */
  readonly roundOf: (study: Hash) => { readonly round: number; readonly kind: RoundKind } | null
}

/**
 * Counts the bytes of our own masked contributions that leave, for each round; not what we pass on of others. Small ones leave by the
 * dozen: each is no entry of its own.
 */
export function createSentBytes({ db, clock, library, signer, roundOf }: SentBytesPorts) {
  const waiting = new Map<Hash, { round: number; kind: RoundKind; bytes: number }>()
  let cancel: (() => void) | null = null

  function write(): void {
    cancel?.()
    cancel = null
    const all = [...waiting]
    waiting.clear()
    db.loosely(() => {
      for (const [study, { round, kind, bytes }] of all) addBytesSent(db, study, round, kind, bytes)
    })
  }

  const isOurs = (study: Hash, round: number, contribution: Hash) =>
    ofKind(library.ofRound(study, round), 'commitment').some(
      (one) => one.author === signer.id && one.body.contribution === contribution,
    )

  return {
    /** So many bytes of a contribution left in a study. */
    add(study: Hash, contribution: Hash, bytes: number): void {
      const known = waiting.get(study)
      const now = known ?? roundOf(study)
      if (!now || !isOurs(study, now.round, contribution)) return
      if (known) return void (known.bytes += bytes)
      waiting.set(study, { round: now.round, kind: now.kind, bytes })
      cancel ??= clock.after(WAIT_MS, write)
    },
    /** Writes down what is counted so far. */
    write,
  }
}
