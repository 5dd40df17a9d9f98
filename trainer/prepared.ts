import type { Compute, Engine } from './compute/engine.ts'
import type { TrainingRows } from './disclosure/cover.ts'
import type { Scored } from './evaluation/scored.ts'
import type { Table, Task } from './jobs.ts'
import type { Head } from './models/head.ts'
import { headOf, predict } from './models/heads.ts'
import { type Layout, layoutOf } from './models/layout.ts'
import { fitHead } from './models/private-head.ts'
import { readStatistics, scalingOf, type Statistics } from './statistics/artefact.ts'
import { targetValues } from './statistics/targets.ts'
import { type Exposure, exposureOf, frailtyOf, hazardOf } from './survival/baseline.ts'
import { encode } from './variables/encode.ts'
import type { Rows } from './variables/rows.ts'

/** One hospital's rows under one agreed scaling, open in an engine. */
export interface Prepared {
  readonly layout: Layout
  readonly statistics: Statistics
  readonly train: Compute
  /** The training rows as the model sees them, and what they should come out as. */
  readonly rows: TrainingRows & { readonly head: Head }
  /** All parameters for a shared model: with the private intercept, or head, that fits this hospital's training rows. */
  complete(shared: Float32Array | Float64Array, head?: Float64Array): Promise<Float64Array>
  /** Survival: events and exposure of the training rows; null for other tasks. */
  exposure(params: Float64Array): Promise<(Exposure & { readonly rows: number }) | null>
  /** What a model says of the held-out rows; `rates` is its baseline hazard (empty for other tasks than survival). */
  score(params: Float64Array, rates: Float64Array): Promise<Scored>
  /** The loss of every held-out row that has one of its own. */
  losses(params: Float64Array): Promise<Float64Array>
  close(): void
}

/** Numbers are judged within the study's range, as they are summed over hospitals; all else as it is. */
function rangeOf(outcome: Task['outcome']) {
  return outcome.task === 'regression' ? outcome : { low: -Infinity, high: Infinity }
}

/** Encodes a table under a statistics artefact. Computes nothing yet. */
export function prepare(task: Task, table: Table, rows: Rows, bytes: Uint8Array, engine: Engine): Prepared {
  const { outcome } = task
  const layout = layoutOf(task)
  const statistics = readStatistics(task, bytes)
  const scaling = scalingOf(statistics)
  const head = headOf(outcome)
  const known = statistics.targets[0]
  const open = (part: Uint32Array) => {
    const targets = targetValues(outcome, table, part, known)
    const matrix = encode(task, table, part, scaling)
    return { matrix, targets, compute: engine.open(layout, head, matrix, targets) }
  }
  const train = open(rows.train)
  const test = open(rows.test)
  const { low, high } = rangeOf(outcome)
  const within = (value: number) => Math.min(high, Math.max(low, value))
  const labels = Float32Array.from(rows.test, (row) => within(table.outcome[row] ?? Number.NaN))

  async function complete(shared: Float32Array | Float64Array, kept?: Float64Array): Promise<Float64Array> {
    const params = new Float64Array(layout.length)
    params.set(shared)
    if (layout.shared === layout.length) return params
    if (task.plan.head === 'private') {
      params.set(kept ?? [], layout.shared)
      const rowsHere = rows.train.length
      return fitHead(
        { task, layout, compute: train.compute, rows: rowsHere, known: kept !== undefined },
        params,
      )
    }
    const outputs = await train.compute.outputs(params)
    params.set(head.shift(outputs, train.targets, head.prior(statistics.targets)), layout.shared)
    return params
  }

  async function exposure(params: Float64Array) {
    if (outcome.task !== 'survival') return null
    const outputs = await train.compute.outputs(params)
    return { ...exposureOf(outputs, train.targets, outcome.horizon), rows: rows.train.length }
  }

  async function score(params: Float64Array, rates: Float64Array): Promise<Scored> {
    const outputs = await test.compute.outputs(params)
    const ours = task.plan.intercept === 'private' ? await exposure(params) : null
    const hazard = hazardOf(rates) * (ours ? frailtyOf(ours, rates) : 1)
    const reading = { mean: known?.mean ?? 0, sd: known?.sd ?? 1, hazard }
    const scored = { scores: predict(outcome, outputs, reading).map(within), labels }
    const { events } = test.targets
    return outcome.task === 'survival' && events
      ? { ...scored, survival: { hazards: outputs, events } }
      : scored
  }

  async function losses(params: Float64Array): Promise<Float64Array> {
    return head.losses(await test.compute.outputs(params), test.targets)
  }

  function close() {
    train.compute.close()
    test.compute.close()
  }

  const own = { layout, inputs: train.matrix, targets: train.targets, head }
  return { layout, statistics, train: train.compute, rows: own, complete, exposure, score, losses, close }
}
