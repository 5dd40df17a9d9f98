import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as v from 'valibot'
import {
  calls,
  type EngineCallName,
  type EngineEvent,
  type Input,
  MAX_CHUNK_BYTES,
  type Output,
} from '#contract/calls.ts'
import { answer, serve } from '#contract/serve.ts'
import type { ImportEdits } from '#domain/importing.ts'
import type { Duplex } from '#contract/wire.ts'
import { createEngine, type Engine } from '#engine/engine.ts'
import type { Scores } from '#engine/results.ts'
import type { Clock } from '#network/ports.ts'
import type { Channel } from '#trainer/client.ts'
import { forkReader } from '#engine/fork-reader.ts'
import { forkTrainer } from '#trainer/fork.ts'

/** An institution under test: the real engine on a real database, network on loopback and trainer process. */
export interface Hospital {
  readonly name: string
  /** The folder of its database. */
  readonly folder: string
  readonly events: EngineEvent[]
  readonly log: string[]
  readonly scores: Scores[]
  /** Calls as a client does, and fails where an answer is not what the contract says. */
  call<N extends EngineCallName>(name: N, input: Input<N>): Promise<Output<N>>
  /** What this hospital's machine says of itself, and its power. */
  readonly machine: { free: number | null; hour: number }
  power(battery: boolean): void
  /** Serves one client, as the window or the browser mode does; returns a function that ends it. */
  serve(duplex: Duplex): () => void
  /** Stops the engine and opens it again on the same home; `meanwhile` it is gone. */
  restart(meanwhile?: () => Promise<unknown>): Promise<void>
  close(): Promise<void>
}

/** What was opened in a test, to be closed after it. */
const open: (() => Promise<void>)[] = []

export async function closeAll(): Promise<void> {
  await Promise.all(open.splice(0).map((close) => close()))
}

const clockOf = (skew: () => number): Clock => ({
  now: () => Date.now() + skew(),
  ticks: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
})

export async function openHospital(
  name: string,
  skew = () => 0,
  maxPages?: number,
  startTrainer: () => Channel = () => forkTrainer(),
): Promise<Hospital> {
  const folder = mkdtempSync(path.join(tmpdir(), 'murmuration-engine-'))
  const secrets = { key: randomBytes(32), seed: randomBytes(32) }
  const events: EngineEvent[] = []
  const log: string[] = []
  const scores: Scores[] = []
  const machine = { free: null as number | null, hour: 0 }
  let engine: Engine | null = null

  async function start(): Promise<void> {
    engine = await createEngine({
      database: { path: path.join(folder, 'home.db'), key: secrets.key, ...(maxPages ? { maxPages } : {}) },
      seed: secrets.seed,
      name,
      listen: ['/ip4/127.0.0.1/tcp/0'],
      startTrainer,
      startReader: forkReader,
      clock: clockOf(skew),
      random: (bytes) => new Uint8Array(randomBytes(bytes)),
      build: 'murmuration test',
      machine: { freeBytes: () => machine.free, hour: () => machine.hour },
      readLog: () => log.join('\n'),
      rehearsal: { scores: (one) => void scores.push(one) },
      log: (level, event, fields) => void log.push([level, event, JSON.stringify(fields, shorten)].join(' ')),
    })
    engine.on((event) => events.push(event))
  }

  async function close(): Promise<void> {
    await engine?.close()
    rmSync(folder, { recursive: true, force: true })
  }

  await start()
  open.push(close)
  return {
    name,
    folder,
    events,
    log,
    scores,
    machine,
    power: (battery) => engine?.power(battery),
    serve(duplex) {
      const handlers = () => {
        if (!engine) throw new Error('The hospital is closed')
        return engine.handlers
      }
      const on = (listen: (event: EngineEvent) => void) => engine?.on(listen) ?? (() => undefined)
      const record = (call: string, error: unknown) => {
        log.push(`${call} ${shorten('', error) as string}`) // an error becomes a text
        return 'ref'
      }
      return serve(duplex, { handlers, on, record })
    },
    async call(call, input) {
      if (!engine) throw new Error('The hospital is closed')
      const output = await answer(engine.handlers, call, input)
      v.parse(calls[call].output, output)
      return output as Output<typeof call> // safe: parsed by the call's own schema
    },
    async restart(meanwhile) {
      await engine?.close()
      await meanwhile?.()
      await start()
    },
    close,
  }
}

function shorten(_key: string, value: unknown): unknown {
  return value instanceof Error
    ? `${value.name}: ${value.message} ${value.stack?.split('\n')[1] ?? ''}`
    : value
}

/** Both institutions confirm each other's invitation. */
export async function pair(a: Hospital, b: Hospital): Promise<void> {
  const [fromA, fromB] = await Promise.all([a, b].map((one) => one.call('institution.invite', null)))
  await a.call('peers.confirm', { code: fromB!.code })
  await b.call('peers.confirm', { code: fromA!.code })
}

/** Imports a text as a dataset, in two chunks or more. */
export async function importText(
  hospital: Hospital,
  name: string,
  text: string,
  replaces: string | null = null,
  edits: ImportEdits = [],
) {
  const bytes = new TextEncoder().encode(text)
  const size = Math.min(MAX_CHUNK_BYTES, Math.max(1, Math.ceil(bytes.length / 2)))
  const { id } = await hospital.call('imports.begin', {
    name,
    source: `${name}.csv`,
    size: bytes.length,
    replaces,
  })
  for (let at = 0; at < bytes.length; at += size)
    await hospital.call('imports.chunk', { id, bytes: bytes.slice(at, at + size) })
  return hospital.call('imports.finish', { id, edits })
}

/** Waits until something is so; fails with what was seen last. */
export async function until<T>(look: () => Promise<T>, isSo: (seen: T) => boolean, ms = 20_000): Promise<T> {
  const end = performance.now() + ms
  for (;;) {
    const seen = await look()
    if (isSo(seen)) return seen
    if (performance.now() > end)
      throw new Error(`Waited in vain; last seen: ${JSON.stringify(seen)?.slice(0, 2000)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
