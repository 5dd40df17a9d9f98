import type { Document } from '#domain/documents.ts'
import type { Study } from '#domain/study.ts'
import type { Hash } from '#domain/values.ts'
import { mayLeave } from './door.ts'
import { completed, extend, replay, type History } from './history.ts'
import { createLooker } from './looker.ts'
import { nextAct } from './machine.ts'
import { createMemory, type RoundMemory } from './memory.ts'
import { createPerformer } from './perform.ts'
import type { RoundsPorts } from './runner.ts'
import { createSituations } from './situate.ts'
import { describe, type RoundState } from './state.ts'

/** After an act failed, the next try waits so long, in milliseconds. */
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
  const situate = createSituations(ports, study)
  let history: History = replay(ports.library, ports.journal, study)
  const holds = (hash: Hash) => ports.shelf.has(hash, study.id)
  let memory: RoundMemory = createMemory(ports.clock, holds)
  let paused = false
  const looker = createLooker(ports.clock, look)
  const perform = createPerformer(ports, study, {
    memory: () => memory,
    poke: looker.poke,
    complete: (decision) => completed(ports.library, history, decision),
    settled(decided, roster) {
      history = extend(study.body, history, decided, roster)
      endMemory()
      memory = createMemory(ports.clock, holds)
    },
  })

  function endMemory() {
    memory.eraseSecrets()
    memory.abort.abort()
  }

  /** One act. Says when to look again: at once (0), at a tick, or only when something arrives (null). */
  async function look(): Promise<number | null> {
    let doing = 'look'
    try {
      const situation = situate(history, memory, paused)
      if (!situation) return null
      const act = nextAct(situation)
      if (act.act === 'wait') return act.until ?? Infinity
      doing = act.act
      await perform(act, situation)
      return 0
    } catch (error) {
      ports.failed(study.id, doing, error)
      return ports.clock.ticks() + RETRY_MS
    }
  }

  looker.poke()
  return {
    poke: looker.poke,
    pause(on) {
      paused = on
      looker.poke()
    },
    state() {
      const situation = situate(history, memory, paused)
      return situation && describe(situation)
    },
    mayLeave: (hash) => mayLeave(ports, study, history.decided, hash),
    async stop() {
      endMemory()
      await looker.stop()
    },
  }
}
