import { completeAt, type SharedParts } from '#trainer/evaluation/round.ts'
import type { Held } from '#trainer/jobs.ts'
import { figuresOf } from '#trainer/metrics/figures.ts'
import type { Pace } from '#trainer/pace.ts'
import { createStream, shuffle } from '#trainer/random.ts'
import type { Site } from '#trainer/site.ts'
import { createBatches } from './batches.ts'
import { trainLocally } from './local.ts'
import { sizeOf } from './round.ts'

/** Passes over the rows are tried up to this many, with a quarter of the plan's learning rate. */
const MOST_PASSES = 8
const SLOWER = 0.25
const JUDGED_SHARE = 0.25
/** Fewer training rows than this say nothing about when to stop. */
const FEWEST_ROWS = 60

/** The shared model fitted further to one hospital's own rows, and whether that is worth it. */
export interface Tuned extends Held {
  /** Passes over own rows that did best on rows kept aside for it; 0 where the shared model did. */
  readonly passes: number
  readonly params: Float64Array
}

/**
 * Fine-tuning after the last round: all parameters go on from the shared model on own training rows, of which a quarter is
 * kept aside to find when to stop. Held-out rows are looked at only at the end. It stays at the hospital.
 */
export async function tune(
  site: Site,
  model: SharedParts,
  batchSeed: Uint8Array,
  pace: Pace,
): Promise<Tuned> {
  const { params: start, rates } = await completeAt(site, model)
  const prepared = site.under(model.statistics)
  const passes = await findPasses(site, model, start, batchSeed, pace)
  const all = Uint32Array.from({ length: site.counts.train }, (_, i) => i)
  let params = start
  for (let pass = 0; pass < passes; pass++) params = await onePass(site, model, params, all, batchSeed, pass)
  const scored = await prepared.score(params, rates)
  const { scores, labels, survival } = scored
  const figures = figuresOf(site.task.outcome, scored)
  const held = { figures, scores: Float32Array.from(scores), labels }
  return { passes, params, ...held, ...(survival ? { events: survival.events } : {}) }
}

async function findPasses(
  site: Site,
  model: SharedParts,
  start: Float64Array,
  batchSeed: Uint8Array,
  pace: Pace,
) {
  if (site.counts.train < FEWEST_ROWS) return 0
  const order = Uint32Array.from({ length: site.counts.train }, (_, i) => i)
  shuffle(order, createStream('rows kept aside', batchSeed))
  const cut = Math.floor(order.length * JUDGED_SHARE)
  const [aside, used] = [order.slice(0, cut), order.slice(cut)]
  const scratch = new Float64Array(start.length)
  const { train } = site.under(model.statistics)
  let params = start
  let best = { passes: 0, loss: await train.lossAndGradient(params, aside, scratch) }
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    params = await onePass(site, model, params, used, batchSeed, pass)
    const loss = await train.lossAndGradient(params, aside, scratch)
    if (loss < best.loss) best = { passes: pass + 1, loss }
    await pace(pass + 1, MOST_PASSES)
  }
  return best.passes
}

async function onePass(
  { task, under }: Site,
  { statistics }: SharedParts,
  start: Float64Array,
  rows: Uint32Array,
  batchSeed: Uint8Array,
  pass: number,
) {
  const { train, layout } = under(statistics)
  const size = sizeOf(task, rows.length)
  const next = createBatches(rows.length, size, createStream('fine-tuning', batchSeed, Uint8Array.of(pass)))
  const { l2, local } = task.plan
  const slow = { ...local, learningRate: local.learningRate * SLOWER, proximal: 0 }
  const run = {
    plan: { l2, local: slow },
    shape: layout,
    compute: train,
    steps: Math.max(1, Math.floor(rows.length / size)),
    nextBatch: () => next().map((at) => rows[at] ?? 0),
    pause: () => undefined,
  }
  return (await trainLocally(run, start)).params
}
