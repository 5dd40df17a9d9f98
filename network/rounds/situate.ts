import type { Document } from '#domain/documents.ts'
import { baseOf, nextRound, type Decided } from '#domain/round.ts'
import type { Study } from '#domain/study.ts'
import type { Hash } from '#domain/values.ts'
import type { Library } from '../ports.ts'
import type { History } from './history.ts'
import { createPresence } from './presence.ts'
import { ofKind, readRecord, type RoundRecord } from './record.ts'
import type { RoundsPorts } from './runner.ts'
import { createOpenings } from './openings.ts'
import type { Memory, Situation } from './situation.ts'
import { footingOf, haveVoted } from './votes.ts'

/** So many rounds are kept as they were read: those that a situation looks at again and again. */
const MOST_RECORDS = 32

/** Puts together what decides a member's next act, from documents, memory and clocks. Null at the study's end. */
export function createSituations(ports: RoundsPorts, study: Document<Study>) {
  const { library, clock, signer, worker } = ports
  const presence = createPresence(ports)
  const fileOf = createReader(library, study.id, (documents) => ({
    study,
    consents: ofKind(documents, 'consent'),
    withdrawals: ofKind(documents, 'withdrawal'),
  }))
  const recordOf = createRecords(library)
  const openings = createOpenings({ library, ledger: ports.ledger, me: signer.id, recordOf })

  /** Whether a round may have added up the same inputs. A void one may have been of this kind for others, whatever we took it for. */
  function mayShareInputs({ kind, outcome }: Decided, now: Pick<Situation, 'kind' | 'base'>): boolean {
    if (outcome.result === 'void') return true
    // All sums of an exact fit are over the rows of the statistics.
    if (study.body.plan.fit && kind !== 'evaluation') return now.kind !== 'evaluation'
    if (kind !== now.kind || now.kind !== 'training') return kind === now.kind
    const roster = library.get(outcome.roster)?.body
    return study.body.outcome.task === 'survival' || (roster?.kind === 'roster' && roster.base === now.base)
  }

  return (history: History, memory: Memory, paused: boolean): Situation | null => {
    // Before the first sum a link may come and go while invitations are confirmed: that makes nobody absent yet.
    if (history.lastRoster) presence.look()
    const { trial, decided } = history
    const record = recordOf(study.id, decided.length + 1)
    const tie = memory.computedFor ?? record.readies.get(signer.id)?.at(-1)?.body ?? null
    const { proposal, votes, ballot } = footingOf({ library, study }, history, record, tie)
    const next = nextRound(study.body, decided, ballot)
    if (!next) return null
    const { round, kind } = next
    const base = baseOf(study.body, decided, ballot)
    const earlier = history.decided.filter((one) => mayShareInputs(one, { kind, base }))
    return {
      me: signer.id,
      study,
      file: fileOf(0),
      history: history.decided,
      earlier: earlier.map((one) => recordOf(study.id, one.round)),
      openings,
      confirmed: ports.confirmed,
      lastRoster: history.lastRoster,
      round,
      kind,
      base,
      trial,
      voted: haveVoted(library, study.id, trial),
      votes,
      shape: worker.shape({ study, round, kind, base }),
      record,
      proposal,
      memory,
      paused,
      now: clock.now(),
      ticks: clock.ticks(),
      known: (id) => library.get(id) !== null,
      expected: (id) => presence.expects(id, history.lastRoster),
    }
  }
}

/** Rounds as they were read last. */
function createRecords(library: Library) {
  const readers = new Map<string, (round: number) => RoundRecord>()
  return (study: Hash, round: number): RoundRecord => {
    const key = `${study}/${round}`
    const reader = readers.get(key) ?? createReader(library, study, readRecord)
    readers.delete(key)
    readers.set(key, reader)
    const [oldest] = readers.keys()
    if (readers.size > MOST_RECORDS && oldest !== undefined) readers.delete(oldest)
    return reader(round)
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
