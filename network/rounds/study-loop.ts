import type { Document } from '#domain/documents.ts'
import { baseOf, nextRound } from '#domain/round.ts'
import type { Study } from '#domain/study.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import { mayLeave } from './door.ts'
import { extend, replay, type History } from './history.ts'
import { nextAct } from './machine.ts'
import { createMemory, type RoundMemory } from './memory.ts'
import { createPerformer } from './perform.ts'
import { ofKind, readRecord, type RoundRecord } from './record.ts'
import type { RoundsPorts } from './runner.ts'
import type { Situation } from './situation.ts'
import { describe, type RoundState } from './state.ts'

/** How often a waiting member looks at its round again when nothing arrives, in milliseconds. */
const LOOK_AGAIN_MS = 250
/** A member that was connected until so recently is still waited for. */
const LOST_GRACE_MS = 3000
/** After an act failed, the next try waits so long. */
const RETRY_MS = 500

/** One study's rounds at this member, from wherever they stand to the study's end. */
export interface StudyLoop {
  /** Something may have changed: look again soon. */
  poke(): void
  pause(paused: boolean): void
  state(): RoundState | null
  mayLeave(hash: Hash): string | null
  stop(): Promise<void>
}

/** Runs one study: looks at the situation, does the next act, waits for news. Acts never overlap. */
export function createStudyLoop(ports: RoundsPorts, study: Document<Study>): StudyLoop {
  const { library, journal, clock, signer, worker } = ports
  let history: History = replay(library, journal, study)
  let memory: RoundMemory = createMemory(clock, ports.shelf)
  let paused = false
  let stopped = false
  let running: Promise<void> | null = null
  let again = false
  let cancelTimer: (() => void) | null = null
  const lastSeen = new Map<InstitutionId, number>()

  const perform = createPerformer(ports, study, {
    memory: () => memory,
    poke,
    settled(decided, roster) {
      history = extend(history, decided, roster)
      memory.eraseSecrets()
      memory.abort.abort()
      memory = createMemory(clock, ports.shelf)
    },
  })

  let latest: { round: number; count: number; record: RoundRecord } | null = null

  /** The record of a round; read anew only when a document was added, since the set only grows. */
  function recordOf(round: number): RoundRecord {
    const documents = library.ofRound(study.id, round)
    if (latest?.round !== round || latest.count !== documents.length) {
      latest = { round, count: documents.length, record: readRecord(documents) }
    }
    return latest.record
  }

  function situate(): Situation | null {
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
      expected,
    }
  }

  /** Connected, or lost only just now, or never seen directly but in the latest sum: reached through others. */
  function expected(id: InstitutionId): boolean {
    for (const one of ports.gossip.connected()) lastSeen.set(one, clock.ticks())
    const seen = lastSeen.get(id)
    if (id === signer.id) return true
    return seen === undefined
      ? (history.lastRoster ?? [id]).includes(id)
      : clock.ticks() - seen < LOST_GRACE_MS
  }

  function poke() {
    again = true
    cancelTimer?.()
    cancelTimer = null
    if (stopped || running) return
    // Later in the same turn of the event loop: several documents that arrive together are one look.
    running = Promise.resolve()
      .then(run)
      .finally(() => {
        running = null
        if (again) poke()
      })
  }

  async function run() {
    while (again && !stopped) {
      again = false
      const situation = situate()
      if (!situation) return
      const act = nextAct(situation)
      if (act.act === 'wait') {
        lookAgain(act.until)
        return
      }
      again = true
      try {
        await perform(act, situation)
      } catch (error) {
        again = false
        ports.failed(study.id, act.act, error)
        lookAgain(clock.ticks() + RETRY_MS)
        return
      }
    }
  }

  function lookAgain(until: number | null) {
    if (stopped || again) return
    const wait = Math.min(LOOK_AGAIN_MS, Math.max(1, (until ?? Infinity) - clock.ticks()))
    cancelTimer = clock.after(wait, poke)
  }

  poke()
  return {
    poke,
    pause(on) {
      paused = on
      poke()
    },
    state() {
      const situation = situate()
      return situation && describe(situation)
    },
    mayLeave: (hash) => mayLeave(ports, study, history.decided, hash),
    async stop() {
      stopped = true
      cancelTimer?.()
      memory.abort.abort()
      memory.eraseSecrets()
      await running
    },
  }
}
