import type { EngineEvent } from '#contract/calls.ts'
import type { RehearsalView } from '#contract/rehearsal.ts'
import { AppError } from '#domain/errors.ts'
import { systemClock } from '../clock.ts'
import { createHome } from '../home.ts'
import { makePlace, type Place, readPlace, removePlace } from './place.ts'
import { createRunning, type Running, type RunningPorts } from './running.ts'

export interface RehearsalPorts extends Omit<RunningPorts, 'tell'> {
  /** Where the rehearsal lives. It is removed whole at its end. */
  readonly folder: string
}

/** "Explore with sample hospitals": our own institution and three more on this machine, removable without a trace. */
export function createRehearsal({ folder, ...ports }: RehearsalPorts) {
  const listeners = new Set<(event: EngineEvent) => void>()
  const tell = (event: EngineEvent) => listeners.forEach((listen) => listen(event))
  let running: Running | null = null

  function here(): Running {
    if (!running) throw new AppError('not-found', 'There is no rehearsal')
    return running
  }

  /** A rehearsal that does not open leaves nothing behind. */
  async function run(place: Place): Promise<void> {
    running = createRunning(place, { ...ports, tell })
    try {
      await running.start()
    } catch (error) {
      await remove()
      throw error
    }
  }

  async function close(): Promise<void> {
    await running?.close()
    running = null
  }

  async function remove(): Promise<void> {
    await close()
    removePlace(folder)
  }

  return {
    /** The door of our own institution of the rehearsal, while one runs. */
    door: () => running?.door ?? null,

    async begin(): Promise<void> {
      if (running) throw new AppError('busy', 'The rehearsal runs already')
      const place = await makePlace(folder)
      const { own, passphrase } = place
      await createHome(own.home, own.name, passphrase, true, systemClock.now())
      await run(place)
    },

    /** Goes on with the rehearsal that ran when the app was closed. What cannot be gone on with is removed. */
    async resume(): Promise<boolean> {
      const place = readPlace(folder)
      if (place) await run(place)
      else removePlace(folder)
      return place !== null
    },

    view: (): RehearsalView | null => running?.view() ?? null,

    table() {
      const { name, csv } = here().own
      return { name: `${name}.csv`, csv }
    },

    dropOut: (name: string): void => here().hospital(name).kill(),
    comeBack: (name: string): void => here().hospital(name).start(),
    lie: (name: string, lying: boolean): void => here().hospital(name).lie(lying),

    /** Stops every process of the rehearsal and removes its folder. */
    async end(): Promise<void> {
      here()
      await remove()
      for (const event of ['gate.changed', 'rehearsal.changed'] as const) tell({ event })
    },

    close,

    on(listen: (event: EngineEvent) => void): () => void {
      listeners.add(listen)
      return () => void listeners.delete(listen)
    },
  }
}

export type Rehearsal = ReturnType<typeof createRehearsal>
