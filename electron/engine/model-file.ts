import type { ModelView } from '#contract/papers.ts'
import type { Document } from '#domain/documents.ts'
import { planHash, type Study } from '#domain/study.ts'
import { layoutOf } from '#trainer/models/layout.ts'
import { readStatistics } from '#trainer/statistics/artefact.ts'
import { readModel } from '#trainer/shared-model.ts'
import { featuresOf } from '#trainer/variables/features.ts'
import { taskOf } from './data.ts'

const SPLINES =
  '"NAME spline j" of a value x in [low, high], with knots t1 ... tk: ((x-tj)^3 - (x-t(k-1))^3 (tk-tj)/(tk-t(k-1)) + (x-tk)^3 (t(k-1)-tj)/(tk-t(k-1))) / (tk-t1)^2, each cube 0 where it would be below 0'

const INTERCEPTS = {
  private: 'private: fitted at each hospital',
  shared: 'shared',
  random: 'random: the shared one is here; each hospital adds a deviation that it fits on its own rows',
} as const

/**
 * A model as a file that anyone can read: what goes in and how it is scaled, layer by layer the weights by name, and
 * where it came from. Private parts of a hospital are not in it: `intercept` says so.
 */
export function modelFile(
  { id, body }: Document<Study>,
  model: ModelView,
  lineage: readonly ModelView[],
  artefacts: { readonly statistics: Uint8Array; readonly model: Uint8Array },
): object {
  const task = taskOf(body)
  const { params } = readModel(task, artefacts.model)
  const { features } = readStatistics(task, artefacts.statistics)
  const { slices, layers, shared } = layoutOf(task)
  return {
    format: 'murmuration-model/1',
    study: { id, name: body.name, version: body.version, purpose: body.purpose, planHash: planHash(body) },
    model: { hash: model.hash, round: model.round, trainingSums: model.trained },
    outcome: body.outcome,
    variables: body.variables,
    inputs: featuresOf(task).map(({ name }, i) => {
      const { mean = 0, sd = 1, count = 0, constant = false } = features[i] ?? {}
      return { name, mean, sd: constant ? null : sd, count }
    }),
    scaling: '(value - mean) / sd; a missing value is 0; an input without sd is 0',
    ...(body.variables.some((one) => one.type === 'number' && one.knots) && { splines: SPLINES }),
    layers: layers.map(({ inputs, units, activation }) => ({ inputs, units, activation })),
    parameters: slices
      .filter(({ offset, length }) => offset + length <= shared)
      .map(({ name, offset, length }) => ({ name, values: [...params.subarray(offset, offset + length)] })),
    intercept: INTERCEPTS[body.plan.intercept],
    lineage: lineage.map(({ hash, round, decidedAt, certifiedBy }) => ({
      hash,
      round,
      decidedAt,
      certifiedBy,
    })),
    contributors: body.members.filter((one) => model.certifiedBy.includes(one.id)),
  }
}
