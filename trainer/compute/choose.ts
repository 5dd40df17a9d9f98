import { availableParallelism } from 'node:os'
import type { ComputeWish, EngineReport } from '#trainer/jobs.ts'
import type { Layout } from '#trainer/models/layout.ts'
import { type Backend, engineNames, type EngineName, openBackend, type Opened } from './backends.ts'
import { type Measured, measureEngine } from './calibration.ts'
import type { Engine } from './engine.ts'
import { fusedEngine } from './fused.ts'
import { createSimdEngine } from './simd.ts'
import { createSteadyEngine } from './steady.ts'
import { createTensorflowEngine } from './tensorflow.ts'
import type { Card } from './card.ts'

/** Below this many weights times rows of a minibatch nothing is measured: a step takes less than the operations of a library cost. */
const SMALL = 1_000_000

/** What is measured against our own passes. TensorFlow's WebAssembly and its plain backend never won: they are taken only when asked for. */
const rivals = ['tensorflow', 'webgpu'] as const

/** An engine and why it was taken, in words for Settings. */
export interface Choice {
  readonly engine: Engine
  readonly reason: string
  readonly measured: readonly Measured[]
}

/** Opens each backend once, and remembers what was found and what went wrong. A backend that fails hands over to `own`. */
function createShelf(own: Engine) {
  const opened = new Map<Backend, Promise<Opened>>()
  const missing = new Map<Backend, string>()
  const notices: string[] = []
  let card: Card | null = null

  async function open(backend: Backend, threads: number | null): Promise<Engine | null> {
    const opening = opened.get(backend) ?? openBackend(backend, threads)
    opened.set(backend, opening)
    const result = await opening
    if ('missing' in result) {
      missing.set(backend, result.missing)
      return null
    }
    card = result.gpu?.card ?? card
    const engine = createTensorflowEngine(result.tf, backend, result.gpu)
    return createSteadyEngine(engine, own, () => notices.push(`${names[backend]} ${MOVED}`))
  }

  async function close(): Promise<void> {
    for (const opening of opened.values()) {
      const result = await opening
      if ('gpu' in result) result.gpu?.close()
    }
  }

  return {
    open,
    close,
    missing,
    found: () => ({ missing: [...missing.values()], card, notices: [...notices] }),
  }
}

/** Chooses engines: the one asked for, or the quickest at steps of the study's own shape. `ticks` is monotonic milliseconds. */
export function createChooser(wanted: EngineName | null = null, ticks = () => performance.now()) {
  const measured = new Map<string, Promise<Choice>>()
  // A wish for fewer threads holds from the next step; TensorFlow takes what is wished when it first opens.
  let most: number | null = null
  const simd = createSimdEngine(() => most)
  const own = simd ?? fusedEngine
  const { open, close, missing, found } = createShelf(own)

  async function find(name: EngineName, threads: number | null): Promise<Engine | null> {
    if (name === 'simd') return simd
    return name === 'fused' ? fusedEngine : open(name, threads)
  }

  async function asked(name: EngineName, threads: number | null): Promise<Choice> {
    const engine = await find(name, threads)
    if (engine) return { engine, reason: 'It was asked for.', measured: [] }
    const why = name === 'simd' ? NO_VECTORS : missing.get(name as Backend) // the others are always there
    return { engine: own, reason: `${why} Our own passes compute instead.`, measured: [] }
  }

  async function quickest(layout: Layout, batch: number, threads: number | null): Promise<Choice> {
    const engines = [own]
    for (const backend of rivals) {
      const engine = await open(backend, threads)
      if (engine) engines.push(engine)
    }
    if (engines.length === 1) return { engine: own, reason: ALONE, measured: [] }
    const all: Measured[] = []
    for (const engine of engines.toReversed()) {
      const best = Math.min(...all.map(({ ms }) => ms))
      all.push(await measureEngine(engine, layout, batch, ticks, best))
    }
    all.sort((a, b) => a.ms - b.ms)
    const engine = engines.find(({ name }) => name === all[0]?.engine) ?? own
    return { engine, reason: tell(all), measured: all }
  }

  return {
    /** The engine for a model trained with minibatches of this size; without a model, for a small one. */
    async choose(layout: Layout | null, batch: number, wish: ComputeWish = {}): Promise<Choice> {
      most = wish.threads ?? null
      if (wish.isCareful) return { engine: own, reason: CAREFUL, measured: [] }
      const name = wish.engine ?? wanted
      if (name) return asked(name, most)
      if (!layout || layout.length * batch <= SMALL) return { engine: own, reason: smallReason, measured: [] }
      const shape = [batch, ...layout.layers.flatMap(({ inputs, units }) => [inputs, units])].join()
      const choice = measured.get(shape) ?? quickest(layout, batch, most)
      measured.set(shape, choice)
      return choice
    },
    /** Which engines this computer has, by trying each. */
    async available(threads: number | null = null): Promise<readonly string[]> {
      const here: string[] = []
      for (const name of engineNames) if (await find(name, threads)) here.push(name)
      return here
    },
    /** A choice with what was found on this computer, in words and figures for Settings. */
    report: ({ engine, reason, measured: figures }: Choice, available: readonly string[]): EngineReport => ({
      backend: engine.name,
      reason,
      available,
      measured: figures,
      threads: availableParallelism(),
      ...found(),
    }),
    /** Gives a graphics card back. */
    close,
  }
}

const CAREFUL =
  'The process that trains stopped in the middle of its work. Our own passes have gone on since, which need no driver.'

const ALONE = 'There is neither a graphics card nor the native TensorFlow here that could be quicker.'

const NO_VECTORS = 'This computer has no WebAssembly with vectors.'

const MOVED = 'could not go on; its step was computed again by our own passes, and so are all after it.'

const names: Readonly<Record<Backend, string>> = {
  tensorflow: 'The native TensorFlow',
  webgpu: 'The graphics card',
  wasm: "TensorFlow's WebAssembly",
  cpu: "TensorFlow's plain backend",
}

const smallReason =
  'Models on tables are small: our own passes over the numbers are quicker than a library whose operations each have a cost.'

function tell(found: readonly Measured[]): string {
  const figures = found.map(({ engine, ms }) => `${engine} ${ms.toPrecision(2)} ms`)
  return `It was the quickest of those measured on a step of this study's own size: ${figures.join(', ')}.`
}
