import * as v from 'valibot'
import { connect } from '#contract/connect.ts'
import type { Client } from '#contract/calls.ts'
import type { SampleHospitalView } from '#contract/rehearsal.ts'
import { AppError } from '#domain/errors.ts'
import type { Log } from '#engine/ports.ts'
import type { Channel } from '#trainer/client.ts'
import { systemClock } from '../clock.ts'
import type { Lodging } from './place.ts'
import { FromSample, type ToSample } from './sample-messages.ts'

const STOP_MS = 8000

export interface SamplePorts {
  readonly lodging: Lodging
  readonly passphrase: string
  readonly build: string
  /** Starts the process of a sample hospital. */
  readonly spawn: () => Channel
  readonly changed: () => void
  readonly log: Log
}

/** A sample hospital's process as the rehearsal keeps it: started, killed and started again, and stopped at the end. */
export function createSample({ lodging, passphrase, build, spawn, changed, log }: SamplePorts) {
  const { name, home, listen } = lodging
  let state: SampleHospitalView['state'] = 'away'
  let channel: Channel | null = null
  let client: Client | null = null
  let gone: () => void = () => undefined
  let lying = false

  function become(to: SampleHospitalView['state']): void {
    state = to
    changed()
  }

  function start(): void {
    if (channel) return
    const started = spawn()
    channel = started
    const ask = carry(started)
    started.onExit(() => {
      if (channel !== started) return
      channel = null
      client = null
      lying = false
      gone()
      become('away')
    })
    started.onMessage((message) => {
      const said = v.safeParse(FromSample, message)
      if (!said.success) ask.hear(message)
      else if (said.output.say === 'open') meet(ask.client)
      else log('error', 'sample-failed', { name, code: said.output.code })
    })
    const open: ToSample = { do: 'open', home, name, passphrase, listen: [...listen], build }
    started.send(open)
    become('starting')
  }

  function meet(found: Client): void {
    client = found
    become('here')
  }

  /** Asks the process to close its database and waits; one that does not is killed. */
  const stop = (): Promise<void> => (channel ? ended(channel, (then) => (gone = then)) : Promise.resolve())

  /** Makes its numbers false from here on, or honest again. One that comes back from a fall is honest. */
  function lie(on: boolean): void {
    if (!channel || !client) throw new AppError('not-available', 'This sample hospital is not there')
    channel.send({ do: 'lie', lying: on } satisfies ToSample)
    lying = on
    changed()
  }

  return {
    lodging,
    view: (): SampleHospitalView => ({ name, about: lodging.about, state, lying }),
    /** The hospital's engine, while it is there. */
    client: () => client,
    start,
    stop,
    lie,
    /** Ends the process at once, as a power cut would. */
    kill: (): void => channel?.kill(),
  }
}
export type SampleHospital = ReturnType<typeof createSample>

/** Waits until a process that was asked to close is gone; `whenGone` says how it is heard of. */
async function ended(stopping: Channel, whenGone: (then: () => void) => void): Promise<void> {
  await new Promise<void>((resolve) => {
    const cancel = systemClock.after(STOP_MS, () => stopping.kill())
    whenGone(() => {
      cancel()
      resolve()
    })
    stopping.send({ do: 'close' } satisfies ToSample)
  })
}

/** The contract's messages among those of a channel. */
function carry(channel: Channel): { client: Client; hear: (message: unknown) => void } {
  let hear = (_message: unknown) => {}
  const client = connect(
    {
      send: (message) => channel.send(message as object), // safe: every message of the contract is one
      onMessage: (listen) => void (hear = listen),
      onClose: (listen) => channel.onExit(listen),
      close: () => undefined,
    },
    systemClock.after,
  )
  return { client, hear: (message) => hear(message) }
}
