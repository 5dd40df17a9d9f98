import { AppError } from '#domain/errors.ts'
import { withLevels } from '#trainer/evaluation/round.ts'
import { ownLevels } from '#trainer/exact/round.ts'
import type { Task } from '#trainer/jobs.ts'
import type { Site } from '#trainer/site.ts'
import { paramsAt } from '#trainer/shared-model.ts'
import { readKept } from '#trainer/training/private.ts'
import { sizeOf, stepsOf, type TrainInput } from '#trainer/training/round.ts'
import { createPasses } from '#trainer/compute/passes.ts'
import { FEWEST_ROWS, pickRows, type TrainingRows, weightsOf } from './cover.ts'
import { restsOnFew, sumsRestOnFew } from './rests.ts'
import { mergeUnits } from './merge.ts'
import { countRows, movedRows, rowsWhere } from './moved.ts'

/** A model is looked at by so many of our rows at most. */
const MOST_ROWS = 2048
/** Units that differ by too few rows: more than half of a layer, and by a fourth of it more than chance left at the start. */
const MERGED = 0.5
const BEYOND_CHANCE = 0.25
/** Fewer units than this are no ladder. */
const FEWEST_UNITS = 8

/**
 * Refuses, before a round is trained, what would show single rows of ours: a layer of more units than the round looks at rows
 * ('rows-too-few'), and a shared model that sets single rows apart ('model-refused'). Models of our own are not asked.
 */
export async function checkShared(site: Site, input: TrainInput): Promise<void> {
  const { task, counts } = site
  checkWidth(task, counts.train)
  if (!input.base) return
  const model = site.under(input.statistics)
  const head = input.privateState ? readKept(task, input.privateState).head : undefined
  const complete = async (base: Uint8Array | null) =>
    withLevels(await model.complete(paramsAt(task, base, input), head), ownLevels(site, { ...input, base }))
  const params = await complete(input.base)
  if (task.plan.fit && sumsRestOnFew(task.outcome, await model.train.outputs(params))) throw restsRefusal()
  checkModel(model.rows, params, await complete(null), task.plan.fit?.errors === 'robust' ? 2 : 1)
}

function checkWidth(task: Task, train: number): void {
  const { model } = task.plan
  const looked = stepsOf(task, train, sizeOf(task, train)) * sizeOf(task, train)
  const widest = model.kind === 'mlp' ? Math.max(...model.layers.map(({ units }) => units)) : 0
  if (widest <= looked) return
  const message = `A round looks at ${looked} rows here; a layer of ${widest} units asks for as many.`
  throw new AppError('rows-too-few', message)
}

/**
 * Refuses to train a model that separates single rows of ours from each other ('model-refused'): most units of a layer differ
 * by a few rows only, which those of the untrained model (`first`) do not, or a few rows weigh more than all others together
 * by far, at the power at which they are summed. An honest model does neither; the refusal itself is for a person here, and is never sent.
 */
function checkModel(rows: TrainingRows, params: Float64Array, first: Float64Array, power: number): void {
  const seen = Uint32Array.from({ length: Math.min(MOST_ROWS, rows.inputs.height) }, (_, row) => row)
  const now = look(rows, seen, params)
  if (restsOnFew(now.weights.map((one) => one ** power))) throw restsRefusal()
  const most = Math.max(0, ...now.merged)
  if (most <= MERGED) return
  const chance = look(rows, seen, first).merged
  if (now.merged.some((share, layer) => share > MERGED && share > (chance[layer] ?? 0) + BEYOND_CHANCE))
    throw refusal('its units differ by a few patients only')
}

/** For each hidden layer the share of units that differ from another by too few rows; and how much each row moves the model. */
function look(rows: TrainingRows, seen: Uint32Array, params: Float64Array) {
  const { layers } = rows.layout
  const height = seen.length
  const every = rowsWhere({ height }, () => true)
  const merged: number[] = []
  const ends = createPasses(rows.layout).forward(
    params,
    pickRows(rows.inputs, seen),
    height,
    (layer, sums) => {
      const { units, activation } = layers[layer] as (typeof layers)[number] // safe: walks these
      if (layer === layers.length - 1) return undefined
      const sets = movedRows({ values: sums, units, activation, height }, every, FEWEST_ROWS)
      merged[layer] = mergedShare(sets, every, height)
      return undefined
    },
  )
  return { merged, weights: weightsOf(rows, seen, ends.values) }
}

/** Of the units that set some of our rows apart from some others, the share that differ from another by too few. */
function mergedShare(sets: readonly Uint32Array[], every: Uint32Array, height: number): number {
  const crowds = mergeUnits(sets, every, FEWEST_ROWS)
  let parting = 0
  let merged = 0
  for (const { rows, units } of crowds) {
    for (const unit of units) {
      const own = sets[unit] as Uint32Array // safe: a unit of this layer
      const count = countRows(own)
      if (count < FEWEST_ROWS || count > height - FEWEST_ROWS) continue
      parting += 1
      if (own.some((bits, w) => bits !== rows[w])) merged += 1
    }
  }
  return merged < FEWEST_UNITS ? 0 : merged / parting
}

function restsRefusal() {
  return refusal('what we would send would rest on a few patients')
}

function refusal(why: string) {
  return new AppError(
    'model-refused',
    `The shared model would show single patients: ${why}. Nothing was sent, and we take no part until a person decides.`,
  )
}
