import * as v from 'valibot'
import { FiguresView } from '#contract/views.ts'
import type { Hash } from '#domain/values.ts'
import { listModels, recordModel, type ModelRecord } from '#store/models.ts'
import type { Data } from './data.ts'
import { artefactsOf, lineOf, ownStateOf } from './lineage.ts'
import type { Ports } from './ports.ts'
import type { Trainer } from './trainer.ts'

type HeldOutPorts = Pick<Ports, 'db' | 'library' | 'shelf' | 'signer' | 'histories' | 'announce' | 'log'> & {
  readonly data: Data
  readonly trainer: Pick<Trainer, 'run'>
}

/** Judges the shared model on our own held-out patients while its training goes on, for our eyes alone. */
export function createHeldOut(ports: HeldOutPorts) {
  const { db, announce } = ports
  const underWay = new Set<Hash>()

  /** Scores the model in force unless that was done; of several rounds that came at once only the last. */
  async function score(study: Hash): Promise<void> {
    const latest = lineOf(ports, study).at(-1)
    const model = latest && listModels(db, study).find((one) => one.round === latest.round)
    if (!model || model.figures !== null || underWay.has(study)) return
    underWay.add(study)
    try {
      await keepFigures(ports, model)
      announce({ event: 'rounds.changed', study, round: model.round })
      announce({ event: 'studies.changed', study })
    } catch (error) {
      ports.log('warn', 'held-out-failed', { study, error })
    } finally {
      underWay.delete(study)
    }
  }

  return { score }
}

async function keepFigures(ports: HeldOutPorts, model: ModelRecord): Promise<void> {
  const { study, artefact } = model
  const choice = ports.data.chosen(study)
  const { statistics, model: base } = artefactsOf(ports, study, artefact)
  if (!choice || !statistics || !base) return
  const { privateState } = ownStateOf(ports, study, artefact)
  const { figures } = await ports.trainer.run('score', choice, { statistics, base, privateState })
  recordModel(ports.db, { ...model, figures })
}

/** Figures of a study's models on our own held-out patients by round, oldest first: of those that were judged. */
export function heldOutOf(db: Ports['db'], study: Hash): Map<number, FiguresView> {
  const judged = listModels(db, study).flatMap(({ round, figures }): [number, FiguresView][] => {
    const parsed = v.safeParse(FiguresView, figures)
    return parsed.success ? [[round, parsed.output]] : []
  })
  return new Map(judged)
}
