import type { EngineEvent } from '#contract/calls.ts'
import type { GateState } from '#contract/gate.ts'
import type { Handlers } from '#contract/serve.ts'
import { AppError } from '#domain/errors.ts'
import type { Engine } from '#engine/engine.ts'
import { homeExists, unlockHome } from './home.ts'

export type Stage = GateState['stage']

export interface DoorPorts {
  readonly home: string
  /** Opens the engine of the home. */
  readonly open: (passphrase: string) => Promise<Engine>
  /** Told after every change, with what opens the engine again after a crash. */
  readonly onChange?: (change: { stage: Stage; passphrase: string | null }) => void
}

/** An engine behind a door: opened once, locked and unlocked in front of it while it goes on with its rounds. */
export function createDoor({ home, open, onChange }: DoorPorts) {
  const listeners = new Set<(event: EngineEvent) => void>()
  const tell = (event: EngineEvent) => listeners.forEach((listen) => listen(event))
  let stage: Stage = homeExists(home) ? 'locked' : 'fresh'
  let engine: Engine | null = null
  let opened: string | null = null
  let onBattery = false

  function move(to: Stage): void {
    stage = to
    onChange?.({ stage, passphrase: opened })
    tell({ event: 'gate.changed' })
  }

  async function openEngine(passphrase: string): Promise<Engine> {
    const started = await open(passphrase)
    started.power(onBattery)
    started.on((event) => {
      if (stage === 'open') tell(event)
    })
    return started
  }

  return {
    stage: () => stage,
    running: () => engine !== null,
    move,

    /** Opens the engine, or only the door where the engine runs. Rejects as `open`, or with 'wrong-passphrase'. */
    async start(passphrase: string, then: 'open' | 'locked' = 'open'): Promise<void> {
      move('opening')
      try {
        if (engine) await unlockHome(home, passphrase)
        else engine = await openEngine(passphrase)
        opened = passphrase
      } catch (error) {
        move('locked')
        throw error
      }
      move(then)
    },

    /** The machine runs on battery, or no longer. */
    power(battery: boolean): void {
      onBattery = battery
      engine?.power(battery)
    },

    lock(): void {
      if (stage === 'open') move('locked')
    },

    /** The engine's functions. Throws 'locked' while the door is not open. */
    handlers(): Handlers {
      if (stage !== 'open' || !engine) throw new AppError('locked', 'The home is locked')
      return engine.handlers
    },

    on(listen: (event: EngineEvent) => void): () => void {
      listeners.add(listen)
      return () => void listeners.delete(listen)
    },

    /** Waits until the engine has closed its database. */
    async close(): Promise<void> {
      const closing = engine
      engine = null
      opened = null
      move(homeExists(home) ? 'locked' : 'fresh')
      await closing?.close()
    },
  }
}

export type Door = ReturnType<typeof createDoor>
