import type { EngineEvent } from '#contract/calls.ts'
import type { RehearsalView } from '#contract/rehearsal.ts'
import { AppError } from '#domain/errors.ts'
import type { Engine } from '#engine/engine.ts'
import { openLog } from '#engine/log-file.ts'
import type { Channel } from '#trainer/client.ts'
import { clientOf } from '../client-of.ts'
import { systemClock } from '../clock.ts'
import { createDoor } from '../door.ts'
import { filesOf } from '../home.ts'
import { lead } from './lead.ts'
import type { Place } from './place.ts'
import { createSample, type SampleHospital } from './sample.ts'

export interface RunningPorts {
  readonly build: string
  /** Starts the process of a sample hospital. */
  readonly startSample: () => Channel
  /** Opens our own institution of the rehearsal. */
  readonly open: (home: string, passphrase: string, listen: readonly string[]) => Promise<Engine>
  readonly tell: (event: EngineEvent) => void
}

/** A rehearsal of a place while it runs: our own door, and the sample hospitals behind their processes. */
export function createRunning(place: Place, { build, startSample, open, tell }: RunningPorts) {
  const { own, passphrase } = place
  const log = openLog(filesOf(own.home).log, systemClock.now)
  let engine: Engine | null = null
  let stopLeading = () => {}
  const door = createDoor({
    home: own.home,
    open: async (given) => (engine = await open(own.home, given, own.listen)),
  })
  door.on(tell)
  const changed = () => tell({ event: 'rehearsal.changed' })
  const others = place.others.map((lodging) =>
    createSample({ lodging, passphrase, build, spawn: startSample, changed, log }),
  )

  return {
    door,
    own,

    async start(): Promise<void> {
      await door.start(passphrase)
      if (!engine) return
      for (const one of others) one.start()
      stopLeading = lead({ own: clientOf(engine), others, clock: systemClock, log })
      changed()
    },

    /** Throws 'not-found'. */
    hospital(name: string): SampleHospital {
      const found = others.find(({ lodging }) => lodging.name === name)
      if (!found) throw new AppError('not-found', 'There is no such sample hospital')
      return found
    },

    view: (): RehearsalView => ({
      hospitals: others.map((one) => one.view()),
      table: { name: `${own.name}.csv`, rows: own.rows },
    }),

    async close(): Promise<void> {
      stopLeading()
      await Promise.all([door.close(), ...others.map((one) => one.stop())])
    },
  }
}

export type Running = ReturnType<typeof createRunning>
