import type { Head } from '#trainer/models/head.ts'
import type { Layout } from '#trainer/models/layout.ts'
import type { Engine } from './engine.ts'

/** How long a training step of a study's own shape took with an engine: the median of some. */
export interface Measured {
  readonly engine: string
  readonly ms: number
}

const ROUND_MS = 60
const MOST_STEPS = 15
const LEAST_STEPS = 3
/** A model whose steps take long is measured by fewer of them. */
const LONG_MS = 500
/** Whose first step takes longer than the best one's steps by so much is not measured on. */
const HOPELESS = 20

/** Judges outputs by half their mean square: costs next to nothing, so that what is measured is the engine. */
const plainHead: Pick<Head, 'loss'> = {
  loss(outputs, _targets, rows, delta) {
    let sum = 0
    for (let i = 0; i < delta.length; i++) {
      const value = outputs[i] ?? 0
      delta[i] = value / rows.length
      sum += value * value
    }
    return sum / (2 * rows.length)
  },
}

/**
 * Measures steps of a model on minibatches of `batch` made-up rows, for about a twentieth of a second; those of an engine
 * that is hopeless beside `best` milliseconds by one step. Rejects as the engine does.
 */
export async function measureEngine(
  engine: Engine,
  layout: Layout,
  batch: number,
  ticks: () => number,
  best = Infinity,
): Promise<Measured> {
  // No figure of the other kinds is asked for while a step is measured.
  const head = plainHead as Head
  const data = { values: waves(batch * layout.inputs), width: layout.inputs, height: batch }
  const compute = engine.open(layout, head, data, { values: new Float32Array(batch) })
  try {
    await engine.ready?.(layout, batch)
    const params = Float64Array.from(waves(layout.length), (value) => value / 10)
    const gradient = new Float64Array(layout.length)
    const rows = Uint32Array.from({ length: batch }, (_, i) => i)
    // The first step also prepares: it counts only where there is no other.
    const start = ticks()
    await compute.lossAndGradient(params, rows, gradient)
    const begun = ticks()
    if (begun - start > Math.max(HOPELESS * best, LONG_MS)) return { engine: engine.name, ms: begun - start }
    const times: number[] = []
    while (!enough(times.length, ticks() - begun)) {
      const from = ticks()
      await compute.lossAndGradient(params, rows, gradient)
      times.push(ticks() - from)
    }
    return { engine: engine.name, ms: middle(times) }
  } finally {
    compute.close()
  }
}

function enough(steps: number, spent: number): boolean {
  if (steps === 0) return false
  return steps < LEAST_STEPS ? spent > LONG_MS : spent > ROUND_MS || steps >= MOST_STEPS
}

/** Numbers in [-1, 1] that look like data to an engine, the same every time. */
function waves(size: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => Math.sin(i * 12.9898))
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}
