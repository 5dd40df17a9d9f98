import { artefactHash } from '#trainer/artefact.ts'
import type { ContributionResult, Jobs, Task } from '#trainer/jobs.ts'
import type { Pace } from '#trainer/pace.ts'
import { createStream } from '#trainer/random.ts'
import type { Site } from '#trainer/site.ts'
import { checkRows } from '#trainer/variables/rows.ts'
import { startOf } from './artefact.ts'
import { batchSize, createBatches } from './batches.ts'
import { trainLocally } from './local.ts'
import { makeUpdate } from './update.ts'

/** What a training round starts from. */
export type TrainInput = Omit<Jobs['train']['input'], 'key'>

/**
 * This hospital's part of a training sum: local steps from the shared model, with the private intercept (if declared) first
 * fitted to the hospital's own rows. Rejects with 'rows-too-few' or 'trainer-failed'.
 */
export async function contributeTraining(
  site: Site,
  input: TrainInput,
  pace: Pace,
): Promise<ContributionResult> {
  const { task, counts } = site
  checkRows(task, counts)
  const model = site.under(input.statistics)
  const begin = startOf(task, input.base, input.initialSeed)
  const start = await model.complete(begin.params)
  const size = batchSize(task.plan.local.batch, counts.train)
  const steps = stepsOf(task, counts.train, size)
  const run = {
    plan: task.plan,
    shape: model.layout,
    compute: model.train,
    steps,
    nextBatch: batchesOf(input, counts.train, size),
    pause: (done: number) => pace(done, steps),
  }
  const { params, loss } = await trainLocally(run, start)
  const limits = { weight: input.weight, bound: task.plan.updateBound }
  return { ...makeUpdate(begin.params, params, loss, limits), privateState: null, loss }
}

/** Minibatches of one round: other ones for every base, and for every seed where a round is begun again. */
export function batchesOf(
  input: Pick<TrainInput, 'base' | 'statistics' | 'batchSeed'>,
  rows: number,
  size: number,
) {
  const origin = new TextEncoder().encode(artefactHash(input.base ?? input.statistics))
  return createBatches(rows, size, createStream('minibatches', input.batchSeed, origin))
}

/** Steps of one round: as declared, or once through the rows. */
function stepsOf(task: Task, rows: number, size: number): number {
  const { steps } = task.plan.local
  return steps === 'epoch' ? Math.max(1, Math.floor(rows / size)) : steps
}
