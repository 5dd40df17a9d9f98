import { randomInt, randomUUID } from 'node:crypto'
import type { EngineEvent } from '#contract/calls.ts'
import type { GateHandlers, GateState } from '#contract/gate.ts'
import type { Serving } from '#contract/serve.ts'
import { AppError } from '#domain/errors.ts'
import type { Engine } from '#engine/engine.ts'
import type { Log } from '#engine/ports.ts'
import { createGateKeys, type Keychain } from './gate-keys.ts'
import { homeExists, readHome, recoverHome, unlockHome, writeHome } from './home.ts'
import { makeKeys, type KeyFile } from './keys.ts'
import { readScreen, writeScreen } from './screen-file.ts'

const ASKED_WORDS = 4
const WORDS = 24

export interface GatePorts {
  readonly home: string
  /** Opens the engine of the home. */
  readonly open: (passphrase: string) => Promise<Engine>
  /** The account's keychain; null where there is none, as in a browser. */
  readonly keychain: Keychain | null
  readonly now: () => number
  readonly log: Log
  /** Told after every change, with what opens the engine again after a crash. */
  readonly onChange?: (change: { stage: GateState['stage']; passphrase: string | null }) => void
}

/** The door in front of an engine. */
export interface Gate {
  /** For the contract's `serve`: the gate's calls always, the engine's while the gate is open. */
  readonly serving: Serving
  /** Opens without being asked: after a crash with what was open before, at a start by the keychain where it holds the key. */
  resume(before: { passphrase: string; locked: boolean } | null): Promise<void>
  /** Nobody was at the screens for so many seconds. */
  idle(seconds: number): void
  lock(): void
  /** Waits until the engine has closed its database. */
  close(): Promise<void>
}

interface Draft {
  readonly name: string
  readonly passphrase: string
  readonly by: 'passphrase' | 'keychain'
  readonly file: KeyFile
  readonly asked: readonly string[]
}

/** Makes a home, opens it, locks it and recovers it: everything that is spoken before a database is open. */
export function createGate(ports: GatePorts): Gate {
  const { home, log, now } = ports
  const keys = createGateKeys(home, ports.keychain)
  const listeners = new Set<(event: EngineEvent) => void>()
  let stage: GateState['stage'] = homeExists(home) ? 'locked' : 'fresh'
  let engine: Engine | null = null
  let passphrase: string | null = null
  let draft: Draft | null = null
  let busy = false

  function move(to: GateState['stage']): void {
    stage = to
    ports.onChange?.({ stage, passphrase })
    for (const listen of listeners) listen({ event: 'gate.changed' })
  }

  function state(): GateState {
    const about = homeExists(home) ? readHome(home) : null
    return {
      stage,
      name: about?.name ?? draft?.name ?? null,
      rehearsal: about?.rehearsal ?? false,
      keychain: keys.kind,
      unlockBy: about ? keys.unlockBy() : null,
      running: engine !== null,
      lockAfterMinutes: about ? readScreen(home, keys.unlockBy()).lockAfterMinutes : null,
    }
  }

  /** One at a time: each costs a second of Argon2id, which also slows down guessing. */
  async function alone<T>(work: () => Promise<T>): Promise<T> {
    if (busy) throw new AppError('busy', 'The gate is at work')
    busy = true
    try {
      return await work()
    } finally {
      busy = false
    }
  }

  async function start(given: string, then: 'open' | 'locked' = 'open'): Promise<void> {
    move('opening')
    try {
      if (engine) await unlockHome(home, given)
      else engine = await openAndFollow(given)
      passphrase = given
      move(then)
    } catch (error) {
      move('locked')
      throw error
    }
  }

  async function openAndFollow(given: string): Promise<Engine> {
    const opened = await ports.open(given)
    opened.on((event) => {
      if (stage === 'open') for (const listen of listeners) listen(event)
    })
    return opened
  }

  function lock(): void {
    if (stage === 'open') move('locked')
  }

  const gate: GateHandlers = {
    'gate.state': state,
    'gate.create': ({ name, key }) =>
      alone(async () => {
        if (homeExists(home)) throw new AppError('home-exists', `${home} holds an institution already`)
        const fresh = keys.choose(key)
        const { file, recoveryWords } = await makeKeys(fresh)
        const words = recoveryWords.split(' ')
        const ask = choosePositions()
        draft = { name, passphrase: fresh, by: key.by, file, asked: ask.map((at) => words[at - 1] ?? '') }
        move('confirming')
        return { recoveryWords: words, ask }
      }),
    'gate.confirm': ({ words }) =>
      alone(async () => {
        if (!draft) throw new AppError('not-found', 'There is nothing to confirm')
        const given = words.map((word) => word.trim().toLowerCase())
        if (given.join(' ') !== draft.asked.join(' ')) {
          throw new AppError('wrong-passphrase', 'A recovery word differs')
        }
        const { name, file, passphrase: chosen, by } = draft
        writeHome(home, name, file, false, now())
        await keys.keep(by, chosen)
        draft = null
        await start(chosen)
        return state()
      }),
    'gate.unlock': ({ passphrase: typed }) =>
      alone(async () => {
        await start(typed ?? (await keys.fromKeychain()))
        return state()
      }),
    'gate.recover': ({ words, key }) =>
      alone(async () => {
        const fresh = keys.choose(key)
        await recoverHome(home, words, fresh)
        await keys.keep(key.by, fresh)
        await start(fresh)
        return state()
      }),
    'gate.lock': () => {
      lock()
      return state()
    },
    'gate.lockAfter': ({ minutes }) => {
      if (stage !== 'open') throw new AppError('locked', 'Only an open home is set')
      writeScreen(home, { format: 1, lockAfterMinutes: minutes })
      return state()
    },
  }

  return {
    serving: {
      gate,
      handlers: () => {
        if (stage !== 'open' || !engine) throw new AppError('locked', 'The home is locked')
        return engine.handlers
      },
      on: (listen) => {
        listeners.add(listen)
        return () => void listeners.delete(listen)
      },
      record: (call, error) => {
        const ref = randomUUID().slice(0, 8)
        log('error', 'call-failed', { call, ref, error })
        return ref
      },
    },
    async resume(before) {
      if (!homeExists(home)) return
      if (before) return alone(() => start(before.passphrase, before.locked ? 'locked' : 'open'))
      if (keys.unlockBy() === 'keychain') await alone(async () => start(await keys.fromKeychain()))
    },
    idle(seconds) {
      if (stage !== 'open') return
      const { lockAfterMinutes } = readScreen(home, keys.unlockBy())
      if (lockAfterMinutes !== null && seconds >= lockAfterMinutes * 60) lock()
    },
    lock,
    async close() {
      const closing = engine
      engine = null
      move(homeExists(home) ? 'locked' : 'fresh')
      await closing?.close()
    },
  }
}

function choosePositions(): number[] {
  const all = Array.from({ length: WORDS }, (_, index) => index + 1)
  return Array.from({ length: ASKED_WORDS }, () => all.splice(randomInt(all.length), 1)[0] ?? 1).toSorted(
    (a, b) => a - b,
  )
}
