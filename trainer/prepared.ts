import type { Compute, Engine } from './compute/engine.ts'
import type { Scored } from './evaluation/counts.ts'
import type { Table, Task } from './jobs.ts'
import { logistic, logisticHead } from './models/head.ts'
import { type Layout, layoutOf } from './models/layout.ts'
import { readStatistics, scalingOf, type Statistics } from './statistics/artefact.ts'
import { encode } from './variables/encode.ts'
import type { Rows } from './variables/rows.ts'

/** One hospital's rows under one agreed scaling, open in an engine. */
export interface Prepared {
  readonly layout: Layout
  readonly statistics: Statistics
  readonly train: Compute
  /** All parameters for a shared model: with the private intercept that fits this hospital's training rows. */
  complete(shared: Float32Array): Promise<Float64Array>
  /** Probabilities of the held-out rows. */
  score(params: Float64Array): Promise<Scored>
  close(): void
}

/** Encodes a table under a statistics artefact. Computes nothing yet. */
export function prepare(task: Task, table: Table, rows: Rows, bytes: Uint8Array, engine: Engine): Prepared {
  const layout = layoutOf(task)
  const statistics = readStatistics(task, bytes)
  const scaling = scalingOf(statistics)
  const open = (part: Uint32Array) => {
    const values = Float32Array.from(part, (row) => table.outcome[row] ?? Number.NaN)
    const matrix = encode(task, table, part, scaling)
    return { values, compute: engine.open(layout, logisticHead, matrix, { values }) }
  }
  const train = open(rows.train)
  const test = open(rows.test)

  async function complete(shared: Float32Array): Promise<Float64Array> {
    const params = new Float64Array(layout.length)
    params.set(shared)
    if (layout.shared === layout.length) return params
    const outputs = await train.compute.outputs(params)
    params[layout.shared] = logisticHead.shift(outputs, train, priorOf(statistics))
    return params
  }

  async function score(params: Float64Array): Promise<Scored> {
    const outputs = await test.compute.outputs(params)
    return { scores: outputs.map(logistic), labels: test.values }
  }

  function close() {
    train.compute.close()
    test.compute.close()
  }

  return { layout, statistics, train: train.compute, complete, score, close }
}

/** Log-odds of the outcome over all hospitals: where a private intercept is drawn to when its own rows say little. */
function priorOf(statistics: Statistics): number {
  const rate = Math.min(0.999, Math.max(0.001, statistics.targets[0]?.mean ?? 0.5))
  return Math.log(rate / (1 - rate))
}
