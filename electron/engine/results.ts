import { createHmac } from 'node:crypto'
import * as v from 'valibot'
import { FiguresView, type ResultsView } from '#contract/views.ts'
import type { Document } from '#domain/documents.ts'
import { AppError } from '#domain/errors.ts'
import { nextRound } from '#domain/round.ts'
import type { Study } from '#domain/study.ts'
import { Hash } from '#domain/values.ts'
import { getResult, recordResult, type Subject } from '#store/results.ts'
import { readEvaluation } from '#trainer/evaluation/conclude.ts'
import { studyIn } from './consent-files.ts'
import { taskOf, type Data, type DataChoice } from './data.ts'
import { latestArtefact } from './histories.ts'
import type { Ports } from './ports.ts'
import type { Trainer } from './trainer.ts'
import { artefactsOf, initialSeedOf, privateStateOf } from './worker.ts'

/** Scores of our held-out rows by a model of ours alone or by the shared model: handed out in a rehearsal only. */
export interface Scores {
  readonly study: Hash
  readonly model: 'alone' | 'shared'
  readonly scores: Float32Array
  readonly labels: Float32Array
}

export interface ResultPorts extends Pick<
  Ports,
  'db' | 'library' | 'shelf' | 'signer' | 'clock' | 'histories' | 'secret' | 'announce' | 'log'
> {
  readonly data: Data
  readonly trainer: Trainer
  /** Takes exact scores in a rehearsal on sample data; null otherwise. */
  readonly rehearse: ((scores: Scores) => void) | null
}

const Kept = v.strictObject({ model: Hash, figures: FiguresView })

/** Is it worth it for us: our own held-out patients, by ours alone and by the shared model. */
export function createResults(ports: ResultPorts) {
  const { db, library, histories, clock, announce } = ports
  const underWay = new Set<Hash>()

  function get({ study: id }: { study: Hash }): ResultsView {
    const study = studyIn(library, id)
    const modelHash = latestArtefact(histories.of(id), 'training')
    const overall = evaluationOf(study)
    const alone = kept(id, 'alone', modelHash)
    const shared = kept(id, 'shared', modelHash)
    return { study: id, alone, shared, ...overall, modelHash }
  }

  function evaluationOf({ id, body }: Document<Study>) {
    const hash = latestArtefact(histories.of(id), 'evaluation')
    const bytes = hash && ports.shelf.get(hash)
    if (!bytes) return { overall: null, overallAlone: null }
    const { shared, alone } = readEvaluation(taskOf(body), bytes)
    return { overall: { ...shared }, overallAlone: { ...alone } }
  }

  function kept(study: Hash, subject: Subject, model: Hash | null): FiguresView | null {
    const parsed = v.safeParse(Kept, getResult(db, study, subject))
    return parsed.success && parsed.output.model === model ? parsed.output.figures : null
  }

  /** Judges the final model on our own held-out rows once the study's rounds are over; does nothing before, or when done. */
  async function judge(id: Hash): Promise<void> {
    const study = studyIn(library, id)
    const model = latestArtefact(histories.of(id), 'training')
    const choice = ports.data.chosen(id)
    if (!model || !choice || nextRound(study.body, histories.of(id)) || underWay.has(id)) return
    if (kept(id, 'alone', model) && kept(id, 'shared', model)) return
    underWay.add(id)
    try {
      await judgeBoth(choice, model)
      announce({ event: 'studies.changed', study: id })
    } catch (error) {
      ports.log('error', 'results-failed', { study: id, error })
    } finally {
      underWay.delete(id)
    }
  }

  async function judgeBoth(choice: DataChoice, model: Hash): Promise<void> {
    const { study } = choice
    const { statistics, model: base } = artefactsOf(ports, study)
    if (!statistics || !base) throw new AppError('not-found', 'There is no model to judge')
    const batchSeed = createHmac('sha256', ports.secret('batches')).update(`alone ${study}`).digest()
    const initialSeed = initialSeedOf(study)
    const alone = await ports.trainer.run('alone', choice, { initialSeed, batchSeed, statistics })
    keep('alone', alone)
    const privateState = privateStateOf(ports, study)
    keep('shared', await ports.trainer.run('score', choice, { statistics, base, privateState }))

    function keep(subject: 'alone' | 'shared', { figures, scores, labels }: Judged): void {
      ports.rehearse?.({ study, model: subject, scores, labels })
      recordResult(db, study, subject, { model, figures }, clock.now())
    }
  }

  return { get, judge }
}

interface Judged {
  readonly figures: FiguresView
  readonly scores: Float32Array
  readonly labels: Float32Array
}
