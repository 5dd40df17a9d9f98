import type { Input } from '#contract/calls.ts'
import type { FileView, ModelView, PredictionView } from '#contract/papers.ts'
import type { Document } from '#domain/documents.ts'
import { AppError } from '#domain/errors.ts'
import type { Study } from '#domain/study.ts'
import type { Hash } from '#domain/values.ts'
import { getRound } from '#store/rounds.ts'
import { listCertifiers, listVotes } from '#store/signers.ts'
import { studyIn } from './consent-files.ts'
import { taskOf, type Data } from './data.ts'
import type { Past } from './histories.ts'
import { artefactsOf, ownStateOf, fallenIn } from './lineage.ts'
import { modelFile } from './model-file.ts'
import { predictionOf, readPatient, tableOf } from './patient.ts'
import type { Ports } from './ports.ts'
import type { Trainer } from './trainer.ts'

type ModelPorts = Pick<Ports, 'db' | 'library' | 'shelf' | 'signer' | 'histories'> & {
  readonly data: Data
  readonly trainer: Pick<Trainer, 'scoreOnce'>
}

/** Models that came out of rounds: their lineage, as a file, and at the bedside. */
export function createModels(ports: ModelPorts) {
  const { library, shelf, histories } = ports

  /** The models of a study, oldest first. */
  function list({ study: id }: { study: Hash }): ModelView[] {
    studyIn(library, id)
    const fallen = fallenIn(ports, id)
    let reached = 0
    return histories.of(id).flatMap((past) => {
      if (past.kind !== 'training' || past.outcome.result !== 'sum') return []
      const fate = fallen.get(past.round)
      const led = { rolledBack: fate === 'voted-down', setAside: fate === 'set-aside' }
      const view = { ...viewOf(ports, id, past, past.outcome.artefact), trained: reached + 1, ...led }
      if (fate !== 'voted-down') reached += 1
      return [view]
    })
  }

  /** A study, its models up to one of them, and their artefacts. Throws 'not-found'. */
  function find(study: Hash, hash: Hash) {
    const models = list({ study })
    const at = models.findIndex((one) => one.hash === hash)
    const model = models[at]
    const bytes = shelf.get(hash)
    const { statistics } = artefactsOf(ports, study)
    if (!model || !bytes || !statistics) throw new AppError('not-found', 'This study has no such model')
    return { document: studyIn(library, study), model, lineage: models.slice(0, at + 1), statistics, bytes }
  }

  function exportModel({ study, hash }: Input<'models.export'>): FileView {
    const { document, model, lineage, statistics, bytes } = find(study, hash)
    const file = modelFile(document, model, lineage, { statistics, model: bytes })
    const text = `${JSON.stringify(file, null, 1)}\n`
    const name = `model-${hash.slice(0, 8)}.json`
    return { name, mime: 'application/json', bytes: new TextEncoder().encode(text) }
  }

  /** Throws 'bad-request' for values that cannot be read, or that the study does not allow to be missing. */
  async function predict({ study, hash, values: given }: Input<'models.predict'>): Promise<PredictionView> {
    const { document, statistics, bytes: base } = find(study, hash)
    const task = taskOf(document.body)
    const { values, clipped } = readPatient(task, given)
    const table = tableOf(task.outcome, values, await fittedOn(document))
    const { privateState } = ownStateOf(ports, study, hash)
    const { scores } = await ports.trainer.scoreOnce(task, table, { statistics, base, privateState })
    return { ...predictionOf(task.outcome, scores), low: null, high: null, clipped }
  }

  /** Our rows where the model is completed by them; null where it is whole. Throws 'mapping-bad' where there are none. */
  async function fittedOn({ id, body }: Document<Study>) {
    if (body.plan.intercept === 'shared' && body.plan.head === 'shared') return null
    const choice = ports.data.chosen(id)
    if (!choice) throw new AppError('mapping-bad', 'The intercept of this model is fitted on rows of ours')
    return ports.data.table(choice)
  }

  return { list, exportModel, predict }
}

function viewOf(
  { db }: ModelPorts,
  study: Hash,
  { round, kind, attempt }: Past,
  hash: Hash,
): Omit<ModelView, 'trained' | 'rolledBack' | 'setAside'> {
  const votes = listVotes(db, study, { round, artefact: hash })
  const count = (said: 'better' | 'same' | 'worse') => votes.filter(({ vote }) => vote === said).length
  return {
    ...{ hash, round, roundKind: kind },
    decidedAt: getRound(db, study, round)?.decidedAt ?? null,
    // An outcome can be confirmed once more in the attempt after.
    certifiedBy: listCertifiers(db, study, { round, attempts: attempt + 2, artefact: hash }),
    ...{ better: count('better'), same: count('same'), worse: count('worse') },
    released: false,
  }
}
