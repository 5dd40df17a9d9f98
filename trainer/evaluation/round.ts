import { AppError } from '#domain/errors.ts'
import { FEWEST_HELD_OUT } from '#domain/floors.ts'
import type { Jobs } from '#trainer/jobs.ts'
import { ownLevels } from '#trainer/exact/round.ts'
import { figuresOf } from '#trainer/metrics/figures.ts'
import { shapeOf } from '#trainer/shape.ts'
import type { Site } from '#trainer/site.ts'
import { readModel } from '#trainer/shared-model.ts'
import { readKept } from '#trainer/training/private.ts'
import type { Alone } from './alone.ts'
import { contributeEvaluation } from './counts.ts'
import { scalesOf } from './moments.ts'
import type { Scored } from './scored.ts'

/** What the shared model is made of at one hospital: the scaling, the parameters, and what it keeps of its own (null for nothing). */
export interface SharedParts {
  readonly statistics: Uint8Array
  readonly base: Uint8Array
  readonly privateState: Uint8Array | null
}

/** This hospital's part of the evaluation sum, with the model that it trained alone beside the shared one. */
export async function contributeToEvaluation(
  site: Site,
  shared: SharedParts,
  alone: Alone,
): Promise<Jobs['evaluate']['output']> {
  const byAlone = await scoreAlone(site, alone)
  const byShared = await scoreHeldOut(site, shared)
  const { loss } = readModel(site.task, shared.base)
  const scales = scalesOf(site.under(shared.statistics).statistics, loss)
  const { bound } = shapeOf(site.task, 'evaluation')
  const values = contributeEvaluation(site.task, scales, { shared: byShared, alone: byAlone }, bound)
  const figures = figuresOf(site.task.outcome, byShared)
  return { values, privateState: null, loss: null, clipped: 0, engine: site.engine.name, figures }
}

/** Refuses to judge on so few held-out rows that a sum would be about them ('rows-too-few'). */
export function checkHeldOut({ counts }: Pick<Site, 'counts'>): void {
  if (counts.test >= FEWEST_HELD_OUT) return
  const message = `Judging the model asks for at least ${FEWEST_HELD_OUT} held-out rows; ${counts.test} can be used here.`
  throw new AppError('rows-too-few', message)
}

/** What a model made alone says of the held-out rows. */
export function scoreAlone(site: Site, { statistics, params, rates }: Alone): Promise<Scored> {
  const prepared = site.under(statistics)
  if (params.length !== prepared.layout.length)
    throw new AppError('document-refused', 'The model made alone is not one of this study')
  return prepared.score(params, rates)
}

/** What the shared model says of the held-out rows. */
export async function scoreHeldOut(site: Site, model: SharedParts): Promise<Scored> {
  const { params, rates } = await completeAt(site, model)
  return site.under(model.statistics).score(params, rates)
}

/** All parameters of a model at this hospital: the shared ones with its private intercept or head. */
export async function completeAt(site: Site, { statistics, base, privateState }: SharedParts) {
  const { params, rates } = readModel(site.task, base)
  const head = privateState ? readKept(site.task, privateState).head : undefined
  const complete = await site.under(statistics).complete(params, head)
  return { params: withLevels(complete, ownLevels(site, { statistics, base })), rates }
}

/** Parameters with a hospital's own levels added to their intercepts, which come last. */
export function withLevels(params: Float64Array, levels: Float64Array | null): Float64Array {
  if (!levels) return params
  const from = params.length - levels.length
  return params.map((value, i) => value + (levels[i - from] ?? 0))
}
