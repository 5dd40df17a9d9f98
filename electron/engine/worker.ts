import { createHash, createHmac } from 'node:crypto'
import { canonical } from '#domain/canonical.ts'
import { AppError } from '#domain/errors.ts'
import { standingConsent } from '#domain/permission.ts'
import { weightOf } from '#domain/study.ts'
import type { Hash } from '#domain/values.ts'
import type { Contribution, Work, Worker } from '#network/ports.ts'
import { getPrivateState, putPrivateState } from '#store/private-states.ts'
import { noteRound } from '#store/rounds.ts'
import { concludeEvaluation } from '#trainer/evaluation/conclude.ts'
import type { ContributionResult, RowCounts } from '#trainer/jobs.ts'
import { shapeOf } from '#trainer/shape.ts'
import { concludeStatistics } from '#trainer/statistics/artefact.ts'
import { concludeTraining } from '#trainer/training/conclude.ts'
import { consentFileOf } from './consent-files.ts'
import { taskOf, type Data, type DataChoice } from './data.ts'
import { latestArtefact } from './histories.ts'
import type { Ports } from './ports.ts'
import type { Trainer } from './trainer.ts'

type WorkerPorts = Pick<Ports, 'db' | 'library' | 'shelf' | 'signer' | 'clock' | 'histories' | 'secret'> & {
  readonly data: Data
  readonly trainer: Trainer
}

/** 32 bytes for a study's first weights, the same at every member. */
export function initialSeedOf(study: Hash): Uint8Array {
  return createHash('sha256').update(`murmuration initial ${study}`).digest()
}

/** What a round starts from: the agreed statistics, and the model where there is one. */
export function artefactsOf({ histories, shelf }: Pick<Ports, 'histories' | 'shelf'>, study: Hash) {
  const take = (hash: Hash | null) => {
    if (hash === null) return null
    const bytes = shelf.get(hash)
    if (!bytes) throw new AppError('not-found', `The artefact ${hash} is not on the shelf`)
    return bytes
  }
  const history = histories.of(study)
  return {
    statistics: take(latestArtefact(history, 'statistics')),
    model: take(latestArtefact(history, 'training')),
  }
}

/** Our private state as it was after the last training sum that we were in; null before. */
export function privateStateOf(
  { histories, db, signer }: Pick<Ports, 'histories' | 'db' | 'signer'>,
  study: Hash,
): Uint8Array | null {
  const ours = histories
    .of(study)
    .findLast((one) => one.kind === 'training' && one.members.includes(signer.id))
  return ours ? getPrivateState(db, study, ours.round) : null
}

/** Computes our contributions and makes artefacts of sums: the port between rounds and the trainer. */
export function createWorker(ports: WorkerPorts): Worker {
  const { db, trainer, secret, histories } = ports

  async function contribute(work: Work, signal: AbortSignal): Promise<Contribution> {
    const { study, round, kind } = work
    const choice = approvedChoice(ports, work)
    const counts = await trainer.load(choice)
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
    return { values: result.values, weight, dataset: choice.key }
  }

  function compute(
    work: Work,
    choice: DataChoice,
    weight: number,
    signal: AbortSignal,
  ): Promise<ContributionResult> {
    const { study, round, kind } = work
    if (kind === 'statistics') return trainer.run('statistics', choice, {}, signal)
    const { statistics, model: base } = artefactsOf(ports, study.id)
    const privateState = privateStateOf(ports, study.id)
    if (!statistics) throw new AppError('not-found', 'There are no statistics to start from')
    if (kind === 'training') {
      const initialSeed = initialSeedOf(study.id)
      const batchSeed = batchSeedOf(study.id, round)
      const input = { weight, statistics, base, initialSeed, batchSeed, privateState }
      return trainer.run('train', choice, input, signal)
    }
    if (!base) throw new AppError('not-found', 'There is no model to evaluate')
    return trainer.run('evaluate', choice, { statistics, base, privateState }, signal)
  }

  /** Fresh minibatches for every round, the same again when a round is computed twice. */
  function batchSeedOf(study: Hash, round: number): Uint8Array {
    const voids = histories.of(study).filter((one) => one.outcome.result === 'void').length
    return createHmac('sha256', secret('batches')).update(canonical({ study, round, voids })).digest()
  }

  async function conclude({ study, kind }: Work, sum: Float64Array, weight: number): Promise<Uint8Array> {
    const task = taskOf(study.body)
    if (kind === 'statistics') return concludeStatistics(task, sum)
    const { statistics, model: base } = artefactsOf(ports, study.id)
    if (!statistics) throw new AppError('not-found', 'There are no statistics to start from')
    if (kind === 'training') {
      return concludeTraining({ task, statistics, base, initialSeed: initialSeedOf(study.id), sum, weight })
    }
    if (!base) throw new AppError('not-found', 'There is no model to evaluate')
    return concludeEvaluation(task, { statistics, base }, sum)
  }

  return { shape: ({ study, kind }) => shapeOf(taskOf(study.body), kind), contribute, conclude }
}

/** Our data for a round, and only if it is what our consent in force grants. */
function approvedChoice({ library, signer, data }: WorkerPorts, { study }: Work): DataChoice {
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
