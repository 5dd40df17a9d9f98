import { boundOf } from '#domain/plan.ts'
import { artefactHash } from '#trainer/artefact.ts'
import { createCover } from '#trainer/disclosure/cover.ts'
import { contributeToFit } from '#trainer/exact/round.ts'
import type { ContributionResult, Jobs, Task } from '#trainer/jobs.ts'
import type { Pace } from '#trainer/pace.ts'
import type { Prepared } from '#trainer/prepared.ts'
import { createStream } from '#trainer/random.ts'
import type { Site } from '#trainer/site.ts'
import { checkRows } from '#trainer/variables/rows.ts'
import { startOf } from './artefact.ts'
import { batchSize, createBatches } from './batches.ts'
import { trainLocally } from './local.ts'
import { normaliserOf } from './normaliser.ts'
import { trainingParts } from './parts.ts'
import { controlOf, keepsAnything, readKept, writeKept } from './private.ts'
import { makeUpdate, type Update } from './update.ts'

/** What a training round starts from. */
export type TrainInput = Omit<Jobs['train']['input'], 'key'>

/**
 * This hospital's part of a training sum: local steps from the shared model, with the private intercept (if declared) first
 * fitted to the hospital's own rows. Rejects with 'rows-too-few' or 'training-diverged'.
 */
export async function contributeTraining(
  site: Site,
  input: TrainInput,
  pace: Pace,
): Promise<ContributionResult> {
  const { task, counts } = site
  checkRows(task, counts)
  if (task.plan.fit) return contributeToFit(site, input)
  const model = site.under(input.statistics)
  const begin = startOf(task, input.base, input.initialSeed)
  const kept = input.privateState ? readKept(task, input.privateState) : null
  const variates = task.plan.local.controlVariates
  const control = variates ? controlOf(task, kept, [input.after ?? null, input.base]) : null
  const start = await model.complete(begin.params, kept?.head)
  const size = sizeOf(task, counts.train)
  const steps = stepsOf(task, counts.train, size)
  const run = {
    plan: task.plan,
    shape: model.layout,
    compute: model.train,
    steps,
    nextBatch: batchesOf(input, counts.train, size, leftOutOf(task)),
    masks: createCover(task, model.rows, () => streamOf('dropout', input)),
    control,
    pause: (done: number) => pace(done, steps),
  }
  const { params, loss } = await trainLocally(run, start)
  const normaliser = normaliserOf(task.plan.local, steps)
  const exposure = await model.exposure(params)
  const result = { before: begin.params, after: params, loss, normaliser, exposure }
  const limits = { weight: input.weight, bound: boundOf(task.plan) }
  const update = makeUpdate(trainingParts(task), result, limits)
  const privateState = stateAfter(task, input, model, { params, control, update, steps })
  return { values: update.values, clipped: update.clipped, privateState, loss, engine: site.engine.name }
}

interface Trained {
  readonly params: Float64Array
  readonly control: Float64Array | null
  readonly update: Update
  readonly steps: number
}

function stateAfter(
  task: Task,
  input: TrainInput,
  { layout }: Prepared,
  { params, control, update, steps }: Trained,
): Uint8Array | null {
  if (!keepsAnything(task)) return null
  return writeKept({
    base: artefactHash(input.base ?? input.statistics),
    head: task.plan.head === 'private' ? params.slice(layout.shared) : new Float64Array(0),
    control: control ?? new Float64Array(0),
    own: control ? update.own : new Float64Array(0),
    reach: steps * task.plan.local.learningRate,
  })
}

/** A stream of its own for every base, and for every seed where a round is begun again. */
function streamOf(purpose: string, input: Pick<TrainInput, 'base' | 'statistics' | 'batchSeed'>) {
  const origin = new TextEncoder().encode(artefactHash(input.base ?? input.statistics))
  return createStream(purpose, input.batchSeed, origin)
}

/**
 * Minibatches of one round: other ones for every base, and for every seed where a round is begun again. Where units of hidden
 * layers may be thresholds, each round leaves a tenth of the rows out, others every time: two models that differ by a little show
 * no row by the difference of their sums. A linear model has no thresholds, and its sums come to the pooled optimum.
 */
export function batchesOf(
  input: Pick<TrainInput, 'base' | 'statistics' | 'batchSeed'>,
  rows: number,
  size: number,
  leftOut = 0,
) {
  return createBatches(rows, size, streamOf('minibatches', input), leftOut)
}

/** The share of its rows that a member leaves out of each round of a plan; none of those that a minibatch needs. */
export function leftOutOf({ plan }: Pick<Task, 'plan'>): number {
  return plan.model.kind === 'linear' ? 0 : 0.1
}

/** The most rows whose risk sets are looked at together. */
const LARGEST_RISK_SET = 65_536

/** Rows of a minibatch. A survival model sees all of its hospital's rows at each step: risk sets within a part would be others. */
export function sizeOf({ outcome, plan }: Task, rows: number): number {
  if (outcome.task === 'survival') return Math.min(rows, LARGEST_RISK_SET)
  return batchSize(plan.local.batch, rows)
}

/** Steps of one round: as declared, or once through the rows. */
export function stepsOf(task: Task, rows: number, size: number): number {
  const { steps } = task.plan.local
  return steps === 'epoch' ? Math.max(1, Math.floor(rows / size)) : steps
}
