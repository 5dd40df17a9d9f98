import { AppError } from '#domain/errors.ts'
import { averagedOf } from '#domain/plan.ts'
import { readArtefact, writeArtefact } from '#trainer/artefact.ts'
import type { Task } from '#trainer/jobs.ts'
import type { Pace } from '#trainer/pace.ts'
import type { Site } from '#trainer/site.ts'
import { concludeStatistics } from '#trainer/statistics/artefact.ts'
import { contributeStatistics } from '#trainer/statistics/contribution.ts'
import { concludeTraining } from '#trainer/training/conclude.ts'
import { contributeTraining, type TrainInput } from '#trainer/training/round.ts'
import { checkRows } from '#trainer/variables/rows.ts'
import * as v from 'valibot'

const Length = v.pipe(v.number(), v.integer(), v.minValue(0))
const Header = { statistics: Length, base: Length }

/** What a model is made of at one hospital: the scaling, the parameters, and what it keeps of its own (null for nothing). */
export interface Alone {
  readonly statistics: Uint8Array
  readonly base: Uint8Array
  readonly privateState: Uint8Array | null
}

/**
 * Trains on one hospital's rows by the study's own plan: the same rounds and steps, as a federation of one. `totalRows` are
 * those of all hospitals: a penalty that is right for so many is raised to weigh as much against the few, so that the
 * comparison is fair.
 */
export async function trainAlone(
  site: Site,
  totalRows: number,
  seeds: Pick<TrainInput, 'initialSeed' | 'batchSeed'>,
  pace: Pace,
): Promise<Alone> {
  const { task, table, rows, counts } = asAlone(site)
  checkRows(task, counts)
  const { rounds } = task.plan
  const own = { ...site, task: alonePlan(task, totalRows / counts.train) }
  const statistics = concludeStatistics(task, contributeStatistics(task, table, rows.train))
  let base: Uint8Array | null = null
  let privateState: Uint8Array | null = null
  for (let round = 0; round < rounds; round++) {
    const input: TrainInput = { ...seeds, statistics, base, weight: 1, privateState }
    const made = await contributeTraining(own, input, (done, of) => pace(round * of + done, rounds * of))
    privateState = made.privateState
    base = concludeTraining({
      task,
      statistics,
      base,
      initialSeed: seeds.initialSeed,
      sum: made.values,
      weight: 1,
    })
  }
  if (!base) throw new AppError('study-bad', 'A plan has at least one round')
  return { statistics, base, privateState }
}

/** A site under the plan of the model alone: it is trained step by step, with a penalty, where the shared one is fitted exactly. */
export function asAlone(site: Site): Site {
  return { ...site, task: { ...site.task, plan: averagedOf(site.task.plan) } }
}

/** A step of the penalty may shrink a weight by at most this share: beyond 2 it would diverge. */
const LARGEST_SHRINKAGE = 0.5
/** Steps on few rows are noisier: they are taken this much more slowly at most. */
const SLOWEST = 3

function alonePlan(task: Task, share: number): Task {
  const { l2, local } = task.plan
  const learningRate = local.learningRate / Math.min(SLOWEST, Math.max(1, share))
  const raised = Math.min(l2 * Math.max(1, share), Math.max(l2, LARGEST_SHRINKAGE / learningRate))
  return { ...task, plan: { ...task.plan, l2: raised, local: { ...local, learningRate } } }
}

/** A model trained alone as one piece. It stays at the hospital. */
export function writeAlone({ statistics, base, privateState }: Alone): Uint8Array {
  const lengths = { statistics: statistics.length, base: base.length }
  return writeArtefact('alone', lengths, [statistics, base, privateState ?? new Uint8Array(0)])
}

/** Reads a model trained alone strictly ('document-refused' for anything else). */
export function readAlone(bytes: Uint8Array): Alone {
  const { header, payload } = readArtefact('alone', Header, bytes)
  const end = header.statistics + header.base
  if (end > payload.length) throw new AppError('document-refused', 'The model trained alone is cut off')
  const privateState = payload.length > end ? payload.slice(end) : null
  return {
    statistics: payload.slice(0, header.statistics),
    base: payload.slice(header.statistics, end),
    privateState,
  }
}
