import { randomUUID } from 'node:crypto'
import type { GateHandlers, GateState } from '#contract/gate.ts'
import type { Serving } from '#contract/serve.ts'
import { AppError } from '#domain/errors.ts'
import type { Log } from '#engine/ports.ts'
import { createDoor, type Door, type DoorPorts } from './door.ts'
import { createOwnKeyChange } from './gate-own-key.ts'
import { createFirstRun } from './first-run.ts'
import { createGateKeys, type GateKeys, type Keychain } from './gate-keys.ts'
import { homeExists, readHome, recoverHome } from './home.ts'
import { createRehearsal, type Rehearsal, type RehearsalPorts } from './rehearsal/rehearsal.ts'
import { type Alone, type RehearsalCall, rehearsalHandlers } from './rehearsal-calls.ts'
import { readScreen, writeScreen } from './screen-file.ts'

export interface GatePorts extends DoorPorts {
  /** The account's keychain; null where there is none, as in a browser. */
  readonly keychain: Keychain | null
  /** How sample hospitals are started; null where they cannot be. */
  readonly rehearsal: RehearsalPorts | null
  readonly now: () => number
  readonly log: Log
}

/** The gate in front of an engine. */
export interface Gate {
  /** For the contract's `serve`: the gate's calls always, the engine's while the gate is open. */
  readonly serving: Serving
  /** Opens without being asked: after a crash as it was before, at a start by the keychain where it holds the key. */
  resume(before: { readonly passphrase: string; readonly locked: boolean } | null): Promise<void>
  /** Nobody was at the screens for so many seconds. */
  idle(seconds: number): void
  lock(): void
  /** The machine runs on battery, or no longer. */
  power(battery: boolean): void
  /** Waits until the engine has closed its database. */
  close(): Promise<void>
}

/** Makes a home, opens it, locks it and recovers it: everything that is spoken before a database is open. */
export function createGate(ports: GatePorts): Gate {
  const { home, log } = ports
  const keys = createGateKeys(home, ports.keychain)
  const door = createDoor(ports)
  const rehearsal = ports.rehearsal && createRehearsal(ports.rehearsal)
  const alone = oneAtATime()

  return {
    serving: {
      gate: {
        ...createHandlers({ ports, keys, door, rehearsal, alone }),
        ...rehearsalHandlers(rehearsal, alone, () => door.stage() !== 'fresh'),
      },
      handlers: () => (rehearsal?.door() ?? door).handlers(),
      on: (listen) => both(door.on(listen), rehearsal?.on(listen)),
      record: (call, error) => {
        const ref = randomUUID().slice(0, 8)
        log('error', 'call-failed', { call, ref, error })
        return ref
      },
    },
    async resume(before) {
      if (rehearsal && (await alone(() => goOn(rehearsal, log)))) return
      if (!homeExists(home)) return
      if (before) await alone(() => door.start(before.passphrase, before.locked ? 'locked' : 'open'))
      else if (keys.unlockBy() === 'keychain') await alone(async () => door.start(await keys.fromKeychain()))
    },
    idle(seconds) {
      if (door.stage() !== 'open') return
      const { lockAfterMinutes } = readScreen(home, keys.unlockBy())
      if (lockAfterMinutes !== null && seconds >= lockAfterMinutes * 60) door.lock()
    },
    lock: door.lock,
    power: door.power,
    async close() {
      await rehearsal?.close()
      await door.close()
    },
  }
}

/** A rehearsal that does not open again is no reason to keep the real institution shut. */
async function goOn(rehearsal: Rehearsal, log: Log): Promise<boolean> {
  try {
    return await rehearsal.resume()
  } catch (error) {
    log('warn', 'rehearsal-not-resumed', { error })
    return false
  }
}

function both(first: () => void, second: (() => void) | undefined): () => void {
  return () => {
    first()
    second?.()
  }
}

interface Handling {
  readonly ports: GatePorts
  readonly keys: GateKeys
  readonly door: Door
  readonly rehearsal: Rehearsal | null
  readonly alone: Alone
}

function createHandlers({
  ports,
  keys,
  door,
  rehearsal,
  alone,
}: Handling): Omit<GateHandlers, RehearsalCall> {
  const { home, now } = ports
  const firstRun = createFirstRun(home, keys, now)
  const changeOwnKey = createOwnKeyChange({ home, keys, door, now })

  const state = createState({ ports, keys, door, rehearsal }, firstRun.name)
  /** What is said of the real home waits for the end of a rehearsal. */
  function ofHome(): void {
    if (rehearsal?.door()) throw new AppError('not-available', 'A rehearsal runs')
  }
  const startWith = (passphrase: () => string | Promise<string>) =>
    alone(async () => {
      ofHome()
      await door.start(await passphrase())
      return state()
    })

  return {
    'gate.state': state,
    'gate.create': ({ name, key }) =>
      alone(async () => {
        ofHome()
        const made = await firstRun.make(name, key)
        door.move('confirming')
        return made
      }),
    'gate.confirm': ({ words }) => startWith(() => firstRun.confirm(words)),
    'gate.unlock': ({ passphrase }) => startWith(() => passphrase ?? keys.fromKeychain()),
    'gate.recover': ({ words, key }) =>
      startWith(async () => {
        const passphrase = keys.choose(key)
        await recoverHome(home, words, passphrase)
        await keys.keep(key.by, passphrase)
        return passphrase
      }),
    'gate.lock': () => {
      ofHome()
      door.lock()
      return state()
    },
    'gate.changeKey': (input) =>
      alone(async () => {
        ofHome()
        return changeOwnKey(input)
      }),
    'gate.lockAfter': ({ minutes }) => {
      if (door.stage() !== 'open') throw new AppError('locked', 'Only an open home is set')
      writeScreen(home, { format: 1, lockAfterMinutes: minutes })
      return state()
    },
  }
}

/** How the gate stands: that of the rehearsal while one runs, else that of the home. */
function createState(
  { ports: { home }, keys, door, rehearsal }: Omit<Handling, 'alone'>,
  nameInTheMaking: () => string | null,
): () => GateState {
  function ofHome(): GateState {
    const about = homeExists(home) ? readHome(home) : null
    return {
      stage: door.stage(),
      name: about?.name ?? nameInTheMaking(),
      rehearsal: about?.rehearsal ?? false,
      keychain: keys.kind,
      unlockBy: about ? keys.unlockBy() : null,
      running: door.running(),
      lockAfterMinutes: about ? readScreen(home, keys.unlockBy()).lockAfterMinutes : null,
    }
  }
  return () => {
    const rehearsing = rehearsal?.door()
    return rehearsing ? stateOfRehearsal(rehearsing, keys.kind) : ofHome()
  }
}

/** A rehearsal is never locked: there is nothing in it to hide, and nobody has its passphrase. */
function stateOfRehearsal(door: Door, keychain: GateState['keychain']): GateState {
  return {
    stage: door.stage() === 'open' ? 'open' : 'opening',
    name: null,
    rehearsal: true,
    keychain,
    unlockBy: null,
    running: door.running(),
    lockAfterMinutes: null,
  }
}

/** Each opening costs a second of Argon2id, which also slows down guessing. */
function oneAtATime(): Alone {
  let busy = false
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (busy) throw new AppError('busy', 'The gate is at work')
    busy = true
    try {
      return await work()
    } finally {
      busy = false
    }
  }
}
