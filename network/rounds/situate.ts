import type { Document } from '#domain/documents.ts'
import { baseOf, nextRound } from '#domain/round.ts'
import type { Study } from '#domain/study.ts'
import type { History } from './history.ts'
import { createPresence } from './presence.ts'
import { ofKind, readRecord, type RoundRecord } from './record.ts'
import type { RoundsPorts } from './runner.ts'
import type { Memory, Situation } from './situation.ts'

/** Puts together what decides a member's next act, from documents, memory and clocks. Null at the study's end. */
export function createSituations(ports: RoundsPorts, study: Document<Study>) {
  const { library, clock, signer, worker } = ports
  const expected = createPresence(ports)
  let latest: { round: number; count: number; record: RoundRecord } | null = null

  /** The record of a round; read anew only when a document was added, since the set only grows. */
  function recordOf(round: number): RoundRecord {
    const documents = library.ofRound(study.id, round)
    if (latest?.round !== round || latest.count !== documents.length) {
      latest = { round, count: documents.length, record: readRecord(documents) }
    }
    return latest.record
  }

  return (history: History, memory: Memory, paused: boolean): Situation | null => {
    const next = nextRound(study.body, history.decided)
    if (!next) return null
    const { round, kind } = next
    const base = baseOf(history.decided)
    const general = library.ofRound(study.id, 0)
    const earlier = history.decided.filter((one) => kind !== 'training' && one.kind === kind)
    return {
      me: signer.id,
      study,
      file: { study, consents: ofKind(general, 'consent'), withdrawals: ofKind(general, 'withdrawal') },
      history: history.decided,
      earlier: earlier.map((one) => readRecord(library.ofRound(study.id, one.round))),
      lastRoster: history.lastRoster,
      round,
      kind,
      base,
      shape: worker.shape({ study, round, kind, base }),
      record: recordOf(round),
      memory,
      paused,
      now: clock.now(),
      ticks: clock.ticks(),
      expected: (id) => expected(id, history.lastRoster),
    }
  }
}
