import type { Layout } from '#trainer/models/layout.ts'
import { type Backend, backends, openBackend } from './backends.ts'
import type { Engine } from './engine.ts'
import { fusedEngine } from './fused.ts'
import { createTensorflowEngine } from './tensorflow.ts'

/** Up to this many weights times rows of a minibatch our own passes were quicker than TensorFlow's WebAssembly, on every shape measured. */
const FUSED_LIMIT = 15_000_000

/** An engine and why it was taken, in words for Settings. */
export interface Choice {
  readonly engine: Engine
  readonly reason: string
}

/** Chooses engines: by the size of a step, or the one that was asked for. Remembers the backend that it opened. */
export function createChooser(wanted: Backend | 'fused' | null = null) {
  let opened: Promise<Choice> | null = null

  async function largest(): Promise<Choice> {
    const missing: string[] = []
    for (const backend of wanted && wanted !== 'fused' ? [wanted] : backends) {
      const result = await openBackend(backend)
      if ('missing' in result) missing.push(result.missing)
      else return { engine: createTensorflowEngine(result.tf, backend), reason: describe(backend, missing) }
    }
    return {
      engine: fusedEngine,
      reason: ['No backend of TensorFlow could be started.', ...missing].join(' '),
    }
  }

  function large(): Promise<Choice> {
    opened ??= largest()
    return opened
  }

  return {
    /** The engine for a model trained with minibatches of this size. */
    async choose(layout: Pick<Layout, 'length'>, batch: number): Promise<Choice> {
      if (wanted === 'fused') return { engine: fusedEngine, reason: 'It was asked for.' }
      if (!wanted && layout.length * batch <= FUSED_LIMIT) return { engine: fusedEngine, reason: smallReason }
      return large()
    },
    /** Which backends of TensorFlow this computer has, by trying each. */
    async available(): Promise<readonly string[]> {
      const found: string[] = ['fused']
      for (const backend of backends) if ('tf' in (await openBackend(backend))) found.push(backend)
      // Trying one made it current: go back to the one that is used.
      opened = null
      return found
    },
  }
}

const smallReason =
  'Models on tables are small: our own passes over the numbers are quicker than a library whose operations each have a cost.'

function describe(backend: Backend, missing: readonly string[]): string {
  return [`Large models are computed by TensorFlow's backend "${backend}".`, ...missing].join(' ')
}
