import type { ChosenPlan, planningCalls, PlanSearch } from '#contract/planning.ts'
import type { Mapping, OutcomeSource } from '#domain/dataset.ts'
import { AppError } from '#domain/errors.ts'
import { averagedOf, interceptOf } from '#domain/plan.ts'
import type { Study } from '#domain/study.ts'
import { getDataset } from '#store/datasets.ts'
import { getReport } from '#store/profiles.ts'
import { type Asked, askedAhead } from '#trainer/exact/ahead.ts'
import { choosePlan, type PlanFacts } from '#trainer/plans/choose.ts'
import type { SearchResult } from '#trainer/plans/search.ts'
import type * as v from 'valibot'
import type { Data } from './data.ts'
import type { DataChoice } from './choices.ts'
import type { Ports } from './ports.ts'
import { suggestMapping, suggestOutcome } from './suggest-mapping.ts'
import { variablesLike } from './study-variables.ts'
import type { Trainer } from './trainer.ts'

type SearchInput = v.InferOutput<(typeof planningCalls)['plans.search']['input']>

type PlanningPorts = Pick<Ports, 'db' | 'announce' | 'log' | 'random'> & {
  readonly data: Data
  readonly trainer: Trainer
}

/** Of our rows so many are kept out of the search altogether: they judge the study's model one day. */
const HELD_OUT = 0.2
/** Nobody is asked whether a column fits: values alone are not enough. */
const LIKELY = 0.5
/** No study has this id: what is searched for is not one yet. */
const NO_STUDY = '0'.repeat(64)

const begun: PlanSearch = { state: 'searching', done: 0, of: 1, found: null, error: null, detail: '' }

/** Plans before a study is proposed: by rule, or by a search on our own rows, one at a time. Kept in memory only. */
export function createPlanning(ports: PlanningPorts) {
  let view: PlanSearch | null = null
  let stop = new AbortController()

  function show(next: PlanSearch): PlanSearch {
    view = next
    ports.announce({ event: 'plans.changed' })
    return next
  }

  /** Begins to search; 'plans.get' says how it goes on. */
  function search(input: SearchInput): PlanSearch {
    if (view?.state === 'searching') throw new AppError('busy', 'A search is under way')
    const choice = choiceOf(ports, input)
    stop = new AbortController()
    const { signal } = stop
    run(input, choice, signal).catch((error: unknown) => {
      if (signal.aborted) return
      const code = error instanceof AppError ? error.code : 'internal'
      ports.log('warn', 'plan-search-failed', { error })
      show({ ...begun, state: 'failed', error: code, detail: code === 'mapping-bad' ? messageOf(error) : '' })
    })
    return show(begun)
  }

  async function run(input: SearchInput, choice: DataChoice, signal: AbortSignal): Promise<void> {
    await checkMapping(ports.data, choice)
    const { train } = await ports.trainer.load(choice)
    const asked = {
      seed: ports.random(32),
      milliseconds: input.seconds * 1000,
      totalRows: train * input.hospitals,
    }
    const onProgress = ({ done, of }: { done: number; of: number }) => {
      if (!signal.aborted) show({ ...begun, done, of })
    }
    const found = await ports.trainer.run('search', choice, asked, signal, onProgress)
    if (signal.aborted) return
    const { plan, reasons, tried, finished } = exactlyWhereLinear(input, train, found)
    show({
      ...begun,
      state: 'found',
      done: 1,
      found: { plan, reasons: [...reasons], tried, finished, rows: train },
    })
  }

  function variables({ dataset: id, outcome }: { dataset: string; outcome: string }) {
    const dataset = getDataset(ports.db, id)
    if (!dataset) throw new AppError('not-found', 'No dataset of ours has this id')
    const kept = getReport(ports.db, dataset.id, dataset.version)
    return variablesLike(dataset, kept?.report ?? null, outcome)
  }

  function cancel(): PlanSearch | null {
    if (view?.state !== 'searching') return view
    stop.abort()
    return show({ ...begun, state: 'cancelled' })
  }

  return { choose, asked, search, cancel, variables, get: () => view }
}

/** A search's answer; where that is a linear model, it is fitted exactly if the rule would do so. */
function exactlyWhereLinear(
  { variables, outcome, hospitals }: SearchInput,
  rows: number,
  found: SearchResult,
) {
  if (found.plan.model.kind !== 'linear') return found
  const { plan, reasons } = choose({ variables, outcome, hospitals, rows })
  if (!plan.fit) return found
  return { ...found, plan: { ...plan, origin: found.plan.origin }, reasons: [...found.reasons, ...reasons] }
}

/** A number of rows by its first digit: a plan is signed for others to read, and its penalty would tell how many we have. */
const coarse = (rows: number) => Number(rows.toPrecision(1))

function asked({ penalty, ...facts }: v.InferOutput<(typeof planningCalls)['plans.asked']['input']>): Asked {
  return askedAhead(facts, { intercept: interceptOf(facts.outcome.task, { penalty }), fit: { penalty } })
}

function choose(facts: PlanFacts): ChosenPlan {
  const { plan, reasons } = choosePlan({ ...facts, rows: coarse(facts.rows) })
  return { plan, reasons: [...reasons] }
}

/** Our dataset as the study would read it, by what its columns are called and hold. */
function choiceOf({ db, data }: PlanningPorts, input: SearchInput): DataChoice {
  const dataset = getDataset(db, input.dataset)
  if (!dataset) throw new AppError('not-found', 'No dataset of ours has this id')
  const likely = suggestMapping(input, dataset).filter(({ score }) => score >= LIKELY)
  const best = new Map(likely.toReversed().map((one) => [one.variable, one.source]))
  const lacking = input.variables.filter(({ name }) => !best.has(name)).map(({ name }) => name)
  const outcome: OutcomeSource | null = input.source ?? suggestOutcome(input, dataset)
  if (lacking.length > 0)
    throw new AppError('mapping-bad', `No column fits ${lacking.slice(0, 5).join(', ')}`)
  if (!outcome) throw new AppError('mapping-bad', 'No column fits the outcome')
  const mapping: Mapping = {
    variables: Object.fromEntries(best),
    outcome,
    holdout: { kind: 'share', share: HELD_OUT },
    subgroups: [],
  }
  return data.choose(NO_STUDY, studyOf(input), dataset.id, mapping)
}

/** What is searched for, in the shape of a study that nobody signs. */
function studyOf({ variables, outcome, plan, rules }: SearchInput): Study {
  return {
    ...{ kind: 'study', name: 'A plan', version: 1, previous: null, purpose: '', members: [] },
    references: { person: '', ethics: '', dpia: '', agreement: '', legalBasis: '', duo: [], retention: '' },
    ...{ variables, outcome, rules, plan: averagedOf(plan) },
    privacy: { kind: 'masked' },
    ...{ createdAt: 0, expiresAt: 0 },
  }
}

async function checkMapping(data: Data, choice: DataChoice): Promise<void> {
  const { findings } = await data.report(choice)
  const error = findings.find((one) => one.severity === 'error')
  if (error)
    throw new AppError('mapping-bad', [error.variable, error.detail || error.code].filter(Boolean).join(': '))
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 400) : ''
}
