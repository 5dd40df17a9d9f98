import { createHmac } from 'node:crypto'
import { canonical } from '#domain/canonical.ts'
import { AppError } from '#domain/errors.ts'
import { standingConsent } from '#domain/permission.ts'
import type { RoundKind } from '#domain/round.ts'
import { weightOf } from '#domain/study.ts'
import type { Hash } from '#domain/values.ts'
import type { Contribution, Work, Worker } from '#network/ports.ts'
import { putPrivateState } from '#store/private-states.ts'
import { noteRound } from '#store/rounds.ts'
import { concludeEvaluation } from '#trainer/evaluation/conclude.ts'
import { isFitOver, readFitted } from '#trainer/exact/artefact.ts'
import type { ContributionResult, RowCounts } from '#trainer/jobs.ts'
import { shapeOf } from '#trainer/shape.ts'
import { concludeStatistics } from '#trainer/statistics/artefact.ts'
import { readModel } from '#trainer/shared-model.ts'
import { concludeTraining } from '#trainer/training/conclude.ts'
import { consentFileOf } from './consent-files.ts'
import type { InputsOf } from './inputs.ts'
import type { DataChoice } from './choices.ts'
import { taskOf, type Data } from './data.ts'
import { artefactsOf, bytesOf, initialSeedOf, ownStateOf } from './lineage.ts'
import type { Ports } from './ports.ts'
import type { Restored } from './restored.ts'
import type { Trainer } from './trainer.ts'

type WorkerPorts = Pick<Ports, 'db' | 'library' | 'shelf' | 'signer' | 'clock' | 'histories' | 'secret'> & {
  readonly data: Data
  readonly trainer: Trainer
  readonly restored: Pick<Restored, 'ready'>
  readonly inputsOf: InputsOf
}

/** Computes our contributions and makes artefacts of sums: the port between rounds and the trainer. */
export function createWorker(ports: WorkerPorts): Worker {
  const { db, trainer } = ports

  async function contribute(work: Work, signal: AbortSignal): Promise<Contribution> {
    const { study, round, kind } = work
    const choice = approvedChoice(ports, work)
    const counts = await loadFixed(ports, choice, kind, signal)
    const weight = weightOf(study.body.rules, counts.train)
    if (weight === null)
      throw new AppError('rows-too-few', `${counts.train} training rows are too few for this study`)
    const startedAt = ports.clock.now()
    const result = await compute(work, choice, weight, signal)
    signal.throwIfAborted()
    db.together(() => {
      // Kept under the round before anything of it is announced; it counts once the round is decided with us in it.
      if (result.privateState) putPrivateState(db, study.id, round, result.privateState)
      noteRound(db, study.id, round, kind, { ...noteOf(counts, result), startedAt })
    })
    return { values: result.values, weight, dataset: choice.key, inputs: await ports.inputsOf(choice, work) }
  }

  function compute(
    work: Work,
    choice: DataChoice,
    weight: number,
    signal: AbortSignal,
  ): Promise<ContributionResult> {
    const { study, round, kind, base: from } = work
    if (kind === 'statistics') return trainer.run('statistics', choice, {}, signal)
    const { statistics, model: base } = artefactsOf(ports, study.id, from)
    const { privateState, after } = ownStateOf(ports, study.id, from)
    if (!statistics) throw new AppError('not-found', 'There are no statistics to start from')
    if (kind === 'training') {
      const initialSeed = initialSeedOf(study.id)
      const batchSeed = batchSeedOf(ports, study.id, round)
      const input = { weight, statistics, base, initialSeed, batchSeed, privateState, after }
      return trainer.run('train', choice, input, signal)
    }
    if (!base) throw new AppError('not-found', 'There is no model to evaluate')
    return trainer.run('evaluate', choice, { statistics, base, privateState }, signal)
  }

  async function conclude(
    { study, kind, base: from }: Work,
    sum: Float64Array,
    weight: number,
  ): Promise<Uint8Array> {
    const task = taskOf(study.body)
    if (kind === 'statistics') return concludeStatistics(task, sum)
    const { statistics, model: base } = artefactsOf(ports, study.id, from)
    if (!statistics) throw new AppError('not-found', 'There are no statistics to start from')
    if (kind === 'training') {
      return concludeTraining({ task, statistics, base, initialSeed: initialSeedOf(study.id), sum, weight })
    }
    if (!base) throw new AppError('not-found', 'There is no model to evaluate')
    return concludeEvaluation(task, { statistics, base }, sum)
  }

  return {
    shape: ({ study, kind }) => shapeOf(taskOf(study.body), kind),
    ...{ contribute, judge: judging(ports), conclude, lossOf },
  }
}

/** What a plan ends training by, as the artefact of a training sum holds it: the loss, or of an exact fit 0 at its end. */
function lossOf({ study: { body }, kind }: Work, artefact: Uint8Array): number | null {
  const { fit, stopping } = body.plan
  if (kind !== 'training' || (!fit && stopping.kind !== 'converged')) return null
  if (fit) return isFitOver(readFitted(taskOf(body), artefact)) ? 0 : 1
  return readModel(taskOf(body), artefact).loss
}

/** Loads a choice whose rows are fixed: from here on they count as opened, whatever becomes of the round. */
async function loadFixed(
  { data, trainer, restored }: WorkerPorts,
  choice: DataChoice,
  kind: RoundKind,
  signal: AbortSignal,
) {
  await restored.ready(choice.study, signal)
  if (await data.fix(choice)) trainer.renew()
  const part = kind === 'evaluation' ? 'held-out' : 'train'
  if (data.maySum(choice.key, part)) return trainer.load(choice)
  throw new AppError('rows-too-few', 'Too few rows of ours may be in a sum')
}

/** Fresh minibatches for every round, the same again when a round is computed twice. */
function batchSeedOf({ histories, secret }: WorkerPorts, study: Hash, round: number): Uint8Array {
  const voids = histories.of(study).filter((one) => one.outcome.result === 'void').length
  return createHmac('sha256', secret('batches')).update(canonical({ study, round, voids })).digest()
}

/** Our verdict on a model, by our held-out rows. */
function judging(ports: WorkerPorts): NonNullable<Worker['judge']> {
  return async ({ study, artefact, best }, signal) => {
    const choice = approvedChoice(ports, { study })
    const { statistics, model: after } = artefactsOf(ports, study.id, artefact)
    if (!statistics || !after) throw new AppError('not-found', 'There is no model to judge')
    const before = best === null ? null : bytesOf(ports, best)
    const { privateState } = ownStateOf(ports, study.id, artefact)
    const input = { statistics, before, after, privateState, initialSeed: initialSeedOf(study.id) }
    return (await ports.trainer.run('vote', choice, input, signal)).verdict
  }
}

/** Our data for a round, and only if it is what our consent in force grants. */
function approvedChoice({ library, signer, data }: WorkerPorts, { study }: Pick<Work, 'study'>): DataChoice {
  const choice = data.chosen(study.id)
  const grant = standingConsent(consentFileOf(library, study), signer.id)?.body.grant
  if (!choice || grant?.dataset !== choice.key) {
    throw new AppError('consent-missing', 'Our approval is not for the dataset and mapping as they are now')
  }
  return choice
}

function noteOf(counts: RowCounts, { loss, clipped, engine }: ContributionResult) {
  return { ownLoss: loss, clipped, engine, trainRows: counts.train, testRows: counts.test }
}
