import type { EngineEvent } from '#contract/calls.ts'
import type { RehearsalView } from '#contract/rehearsal.ts'
import { AppError } from '#domain/errors.ts'
import type { Engine } from '#engine/engine.ts'
import { openLog } from '#engine/log-file.ts'
import type { Channel } from '#trainer/client.ts'
import { clientOf } from '../client-of.ts'
import { systemClock } from '../clock.ts'
import { createDoor, type Door } from '../door.ts'
import { createHome, filesOf } from '../home.ts'
import { lead } from './lead.ts'
import { makePlace, type Place, readPlace, removePlace } from './place.ts'
import { createSample, type SampleHospital } from './sample.ts'

export interface RehearsalPorts {
  /** Where the rehearsal lives. It is removed whole at its end. */
  readonly folder: string
  readonly build: string
  /** Starts the process of a sample hospital. */
  readonly startSample: () => Channel
  /** Opens our own institution of the rehearsal. */
  readonly open: (home: string, passphrase: string, listen: readonly string[]) => Promise<Engine>
}

/** A rehearsal while it runs. */
interface Running {
  readonly place: Place
  readonly door: Door
  readonly others: readonly SampleHospital[]
  readonly stop: () => void
}

/** "Explore with sample hospitals": our own institution and three more on this machine, removable without a trace. */
export function createRehearsal({ folder, build, startSample, open }: RehearsalPorts) {
  const listeners = new Set<(event: EngineEvent) => void>()
  const tell = (event: EngineEvent) => listeners.forEach((listen) => listen(event))
  let running: Running | null = null

  async function run(place: Place): Promise<void> {
    const { own, passphrase } = place
    let engine: Engine | null = null
    const opened = async (given: string) => (engine = await open(own.home, given, own.listen))
    const door = createDoor({ home: own.home, open: opened })
    door.on(tell)
    const log = openLog(filesOf(own.home).log, systemClock.now)
    const changed = () => tell({ event: 'rehearsal.changed' })
    const others = place.others.map((lodging) =>
      createSample({ lodging, passphrase, build, spawn: startSample, changed, log }),
    )
    const stopping: (() => void)[] = []
    running = { place, door, others, stop: () => stopping.forEach((stop) => stop()) }
    await door.start(passphrase)
    if (!engine) return
    for (const one of others) one.start()
    stopping.push(lead({ own: clientOf(engine), others, clock: systemClock, log }))
    changed()
  }

  function hospital(name: string): SampleHospital {
    const found = running?.others.find(({ lodging }) => lodging.name === name)
    if (!found) throw new AppError('not-found', 'There is no such sample hospital')
    return found
  }

  async function close(): Promise<void> {
    const closing = running
    closing?.stop()
    await Promise.all([closing?.door.close(), ...(closing?.others.map((one) => one.stop()) ?? [])])
    running = null
  }

  return {
    /** The door of our own institution of the rehearsal, while one runs. */
    door: () => running?.door ?? null,

    async begin(): Promise<void> {
      if (running) throw new AppError('busy', 'The rehearsal runs already')
      const place = await makePlace(folder)
      const { own, passphrase } = place
      await createHome(own.home, own.name, passphrase, true, systemClock.now())
      await orEnd(run(place))
    },

    /** Goes on with the rehearsal that ran when the app was closed. What cannot be gone on with is removed. */
    async resume(): Promise<boolean> {
      const place = readPlace(folder)
      if (place) await orEnd(run(place))
      else removePlace(folder)
      return place !== null
    },

    view(): RehearsalView | null {
      if (!running) return null
      const { own } = running.place
      return {
        hospitals: running.others.map((one) => one.view()),
        table: { name: `${own.name}.csv`, rows: own.rows },
      }
    },

    table() {
      if (!running) throw new AppError('not-found', 'There is no rehearsal')
      const { name, csv } = running.place.own
      return { name: `${name}.csv`, csv }
    },

    dropOut: (name: string): void => hospital(name).kill(),
    comeBack: (name: string): void => hospital(name).start(),

    /** Stops every process of the rehearsal and removes its folder. */
    async end(): Promise<void> {
      if (!running) throw new AppError('not-found', 'There is no rehearsal')
      await close()
      removePlace(folder)
      for (const event of ['gate.changed', 'rehearsal.changed'] as const) tell({ event })
    },

    close,

    on(listen: (event: EngineEvent) => void): () => void {
      listeners.add(listen)
      return () => void listeners.delete(listen)
    },
  }

  /** A rehearsal that does not open leaves nothing behind. */
  async function orEnd(starting: Promise<void>): Promise<void> {
    try {
      await starting
    } catch (error) {
      await close()
      removePlace(folder)
      throw error
    }
  }
}

export type Rehearsal = ReturnType<typeof createRehearsal>
