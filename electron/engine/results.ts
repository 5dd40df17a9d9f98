import { createHmac } from 'node:crypto'
import * as v from 'valibot'
import { resultDetail } from '#contract/figures.ts'
import type { Input } from '#contract/calls.ts'
import { FiguresView, type ResultsView } from '#contract/views.ts'
import type { Document } from '#domain/documents.ts'
import { AppError } from '#domain/errors.ts'
import { nextRound, standing } from '#domain/round.ts'
import type { Study } from '#domain/study.ts'
import { Hash } from '#domain/values.ts'
import { getResult, recordResult, type Subject } from '#store/results.ts'
import { readEvaluation } from '#trainer/evaluation/conclude.ts'
import { overallIntervals } from '#trainer/evaluation/overall.ts'
import type { Judgement } from '#trainer/jobs.ts'
import { studyIn } from './consent-files.ts'
import type { DataChoice } from './choices.ts'
import { taskOf, type Data } from './data.ts'
import { latestArtefact } from './histories.ts'
import { inferenceIn } from './inference.ts'
import { artefactsOf, fallenIn, initialSeedOf, modelOf, ownStateOf, roundsThat } from './lineage.ts'
import type { Ports } from './ports.ts'
import { createPublished, offerOf } from './published.ts'
import type { Trainer } from './trainer.ts'

/** Scores of our held-out rows by a model of ours alone or by the shared model: handed out in a rehearsal only. */
export interface Scores {
  readonly study: Hash
  readonly model: 'alone' | 'shared'
  readonly scores: Float32Array
  readonly labels: Float32Array
}

export interface ResultPorts extends Pick<
  Ports,
  | 'db'
  | 'library'
  | 'shelf'
  | 'signer'
  | 'clock'
  | 'histories'
  | 'secret'
  | 'announce'
  | 'log'
  | 'sign'
  | 'sealLog'
  | 'spread'
  | 'name'
> {
  readonly data: Data
  readonly trainer: Trainer
  /** Takes exact scores in a rehearsal on sample data; null otherwise. */
  readonly rehearse: ((scores: Scores) => void) | null
}

const { difference, worth, roc, calibration, subgroups } = resultDetail
const Pair = v.omit(resultDetail.intervals.wrapped, ['overall', 'overallAlone'])

/** Figures as they lie in the database, with the model that they are of; the detail of both models beside the shared one. */
const Kept = v.strictObject({
  model: Hash,
  figures: FiguresView,
  tuned: v.optional(v.strictObject({ passes: v.number(), figures: FiguresView })),
  detail: v.optional(v.strictObject({ intervals: Pair, difference, worth, roc, calibration, subgroups })),
})
type Kept = v.InferOutput<typeof Kept>

/** Is it worth it for us: our own held-out patients, by ours alone and by the shared model. */
export function createResults(ports: ResultPorts) {
  const { db, library, histories, announce } = ports
  const underWay = new Set<Hash>()
  const published = createPublished(ports)

  function get({ study: id }: { study: Hash }): ResultsView {
    const study = studyIn(library, id)
    const modelHash = modelOf(ports, id)
    const { intervals: overAll, ...overall } = evaluationOf(ports, study)
    const alone = kept(id, 'alone', modelHash)?.figures ?? null
    const { figures: shared = null, detail, tuned } = kept(id, 'shared', modelHash) ?? {}
    const { intervals, ...rest } = detail ?? {}
    const known = { outcome: study.body.outcome, shared, intervals: intervals ?? null }
    const offer = { members: published.members(id, modelHash, known), offer: offerOf(known) }
    const inference = readable(() => inferenceIn(ports, study))
    return {
      ...{ study: id, alone, shared, ...overall, modelHash, ...rest },
      ...(inference ? { inference } : {}),
      ...{ ...byVotes(ports, study), ...(tuned ? { tuned } : {}) },
      ...(intervals ? { intervals: { ...intervals, ...overAll }, ...offer } : {}),
    }
  }

  /** Lets the other members read our own figures, by a person's decision. */
  function publish(input: Input<'results.publish'>): ResultsView {
    const study = studyIn(library, input.study)
    const model = modelOf(ports, study.id)
    const { figures: shared = null, detail } = kept(study.id, 'shared', model) ?? {}
    const known = { outcome: study.body.outcome, shared, intervals: detail?.intervals ?? null }
    published.send(study, model, known, input)
    return get({ study: study.id })
  }

  function kept(study: Hash, subject: Subject, model: Hash | null): Kept | null {
    const parsed = v.safeParse(Kept, getResult(db, study, subject))
    return parsed.success && parsed.output.model === model ? parsed.output : null
  }

  /** Judges the final model on our own held-out rows once the study's rounds are over; does nothing before, or when done. */
  async function judge(id: Hash): Promise<void> {
    const study = studyIn(library, id)
    const model = modelOf(ports, id)
    const choice = ports.data.chosen(id)
    if (!model || !choice || nextRound(study.body, histories.of(id)) || underWay.has(id)) return
    if (kept(id, 'alone', model) && isWhole(kept(id, 'shared', model))) return
    underWay.add(id)
    try {
      await judgeBoth(ports, choice, model)
      announce({ event: 'studies.changed', study: id })
    } catch (error) {
      ports.log('error', 'results-failed', { study: id, error })
    } finally {
      underWay.delete(id)
    }
  }

  return { get, publish, judge }
}

/** What the opened sum says of all members' held-out patients. */
function evaluationOf(ports: ResultPorts, { id, body }: Document<Study>) {
  const history = ports.histories.of(id)
  const take = (hash: Hash | null) => (hash === null ? null : ports.shelf.get(hash))
  const evaluation = take(latestArtefact(history, 'evaluation'))
  const task = taskOf(body)
  const read = evaluation && readable(() => readEvaluation(task, evaluation))
  if (!evaluation || !read) return { overall: null, overallAlone: null, intervals: { overall: noIntervals } }
  const { shared, alone } = read
  const intervals = {
    overall: overallIntervals(task, evaluation, 'shared'),
    overallAlone: overallIntervals(task, evaluation, 'alone'),
  }
  return { overall: { ...shared }, overallAlone: { ...alone }, intervals }
}

/** What is read off an artefact; null for one that was laid out by an older version: what else is known is still told. */
function readable<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof AppError && error.code === 'document-refused') return null
    throw error
  }
}

/** What the members' votes did to the model. */
function byVotes(ports: ResultPorts, { id, body }: Document<Study>) {
  const { over } = standing(body, ports.histories.of(id))
  const fallen = fallenIn(ports, id)
  return {
    rolledBack: roundsThat(fallen, 'voted-down'),
    setAside: roundsThat(fallen, 'set-aside'),
    stoppedEarly: over,
  }
}

/** Whether nothing is left to judge of the shared model. */
function isWhole(shared: Kept | null): boolean {
  return shared?.tuned !== undefined && shared.detail?.worth !== undefined
}

/** Trains alone, scores and judges on our own held-out rows, and keeps what came out. */
async function judgeBoth(ports: ResultPorts, choice: DataChoice, model: Hash): Promise<void> {
  const { study } = choice
  const { statistics, model: base } = artefactsOf(ports, study)
  if (!statistics || !base) throw new AppError('not-found', 'There is no model to judge')
  const batchSeed = createHmac('sha256', ports.secret('batches')).update(`alone ${study}`).digest()
  const initialSeed = initialSeedOf(study)
  const alone = await ports.trainer.run('alone', choice, { initialSeed, batchSeed })
  keep('alone', alone, {})
  const shared = { statistics, base, privateState: ownStateOf(ports, study).privateState }
  const scored = await ports.trainer.run('score', choice, shared)
  const both = { ...shared, alone: alone.model }
  const { passes, figures } = await ports.trainer.run('tune', choice, { ...shared, batchSeed })
  const detail = await ports.trainer.run('judge', choice, both)
  keep('shared', scored, { tuned: { passes, figures }, detail })

  function keep(subject: 'alone' | 'shared', judged: Judged, more: More): void {
    const { figures, scores, labels } = judged
    ports.rehearse?.({ study, model: subject, scores, labels })
    const kept = { model, figures, ...more }
    recordResult(ports.db, study, subject, kept, ports.clock.now())
  }
}

const noIntervals = { auc: null, logLoss: null, brier: null }

/** What is kept beside the shared model's figures. */
interface More {
  readonly tuned?: { readonly passes: number; readonly figures: FiguresView }
  readonly detail?: Judgement
}

interface Judged {
  readonly figures: FiguresView
  readonly scores: Float32Array
  readonly labels: Float32Array
}
