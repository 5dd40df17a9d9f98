import type { Document, Proposal } from '#domain/documents.ts'
import { baseOf, nextRound } from '#domain/round.ts'
import { planHash, type Study } from '#domain/study.ts'
import type { Hash } from '#domain/values.ts'
import type { Library } from '../ports.ts'
import type { History } from './history.ts'
import { createPresence } from './presence.ts'
import { ofKind, readRecord } from './record.ts'
import type { RoundsPorts } from './runner.ts'
import type { Memory, Situation } from './situation.ts'

/** Puts together what decides a member's next act, from documents, memory and clocks. Null at the study's end. */
export function createSituations(ports: RoundsPorts, study: Document<Study>) {
  const { library, clock, signer, worker } = ports
  const expected = createPresence(ports)
  const plan = planHash(study.body)
  const fileOf = createReader(library, study.id, (documents) => ({
    study,
    consents: ofKind(documents, 'consent'),
    withdrawals: ofKind(documents, 'withdrawal'),
  }))
  const recordOf = createReader(library, study.id, readRecord)
  const earlierOf = createReader(library, study.id, readRecord)

  return (history: History, memory: Memory, paused: boolean): Situation | null => {
    const next = nextRound(study.body, history.decided)
    if (!next) return null
    const { round, kind } = next
    const base = baseOf(history.decided)
    const record = recordOf(round)
    const asks = (one: Proposal) => one.planHash === plan && one.roundKind === kind && one.base === base
    const earlier = history.decided.filter((one) => kind !== 'training' && one.kind === kind)
    return {
      me: signer.id,
      study,
      file: fileOf(0),
      history: history.decided,
      earlier: earlier.map((one) => earlierOf(one.round)),
      lastRoster: history.lastRoster,
      round,
      kind,
      base,
      shape: worker.shape({ study, round, kind, base }),
      record,
      proposal: record.proposals.find((one) => asks(one.body)) ?? null,
      memory,
      paused,
      now: clock.now(),
      ticks: clock.ticks(),
      known: (id) => library.get(id) !== null,
      expected: (id) => expected(id, history.lastRoster),
    }
  }
}

/** Reads a round's documents; anew only when one was added or another round is asked for, since the set only grows. */
function createReader<T>(library: Library, study: Hash, read: (documents: readonly Document[]) => T) {
  let latest: { round: number; count: number; value: T } | null = null
  return (round: number): T => {
    const documents = library.ofRound(study, round)
    if (latest?.round !== round || latest.count !== documents.length) {
      latest = { round, count: documents.length, value: read(documents) }
    }
    return latest.value
  }
}
