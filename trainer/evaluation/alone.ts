import { AppError } from '#domain/errors.ts'
import { readArtefact, writeArtefact, floats64 } from '#trainer/artefact.ts'
import type { Engine } from '#trainer/compute/engine.ts'
import { fitOwn, type OwnRows } from '#trainer/exact/own.ts'
import type { Pace } from '#trainer/pace.ts'
import { createStream } from '#trainer/random.ts'
import type { Site } from '#trainer/site.ts'
import { concludeStatistics } from '#trainer/statistics/artefact.ts'
import { contributeStatistics } from '#trainer/statistics/contribution.ts'
import { ratesOf } from '#trainer/survival/baseline.ts'
import type { TrainInput } from '#trainer/training/round.ts'
import { checkRows } from '#trainer/variables/rows.ts'
import * as v from 'valibot'
import { fitOwnNetwork } from './own-network.ts'

const Length = v.pipe(v.number(), v.integer(), v.minValue(0))
const Header = { statistics: Length, params: Length, rates: Length }

/** A model that one hospital made of its own rows: its own scaling, all parameters, and its baseline hazard (survival). */
export interface Alone {
  readonly statistics: Uint8Array
  readonly params: Float64Array
  readonly rates: Float64Array
}

export type AloneSeeds = Pick<TrainInput, 'initialSeed' | 'batchSeed'>

/**
 * The best model of the study's kind that this hospital's training rows give by themselves: with its own scaling, rate and
 * penalty, fitted until it has converged. Never sees a held-out row. The rate alone, where no model does surely better.
 */
export async function trainAlone(site: Site, engine: Engine, seeds: AloneSeeds, pace: Pace): Promise<Alone> {
  const { task, table, rows, counts } = site
  checkRows(task, counts)
  const statistics = concludeStatistics(task, contributeStatistics(task, table, rows.train), 0)
  const prepared = site.under(statistics)
  const own = ownRowsOf(site, statistics)
  const { params } =
    task.plan.model.kind === 'linear'
      ? await fitOwn(own, createStream('folds', seeds.batchSeed), pace)
      : await fitOwnNetwork(site, engine, { statistics, own, seeds }, pace)
  const exposure = await prepared.exposure(params)
  const rates = exposure ? ratesOf(exposure.events, exposure.exposure) : new Float64Array(0)
  return { statistics, params, rates }
}

/** Training rows under a scaling. Where nothing says of whom they are, each is of a patient of its own. */
function ownRowsOf({ task, table, rows, under }: Site, statistics: Uint8Array): OwnRows {
  const { inputs, targets, head, layout } = under(statistics).rows
  const patients = Float64Array.from(rows.train, (row) => table.patients?.[row] ?? row)
  return { inputs, targets, head, outputs: layout.outputs, outcome: task.outcome, patients }
}

/** A model made alone as one piece. It stays at the hospital. */
export function writeAlone({ statistics, params, rates }: Alone): Uint8Array {
  const lengths = { statistics: statistics.length, params: params.length, rates: rates.length }
  return writeArtefact('alone', lengths, [statistics, params, rates])
}

/** Reads a model made alone strictly ('document-refused' for anything else). */
export function readAlone(bytes: Uint8Array): Alone {
  const { header, payload } = readArtefact('alone', Header, bytes)
  const at = header.statistics
  const end = at + 8 * (header.params + header.rates)
  if (end !== payload.length) throw new AppError('document-refused', 'The model made alone is cut off')
  return {
    statistics: payload.slice(0, at),
    params: floats64(payload, at, header.params),
    rates: floats64(payload, at + 8 * header.params, header.rates),
  }
}
