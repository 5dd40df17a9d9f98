import { existsSync } from 'node:fs'
import type { WorthView } from '#contract/figures.ts'
import type { FiguresView } from '#contract/views.ts'
import { AppError } from '#domain/errors.ts'
import type { Outcome } from '#domain/variable.ts'
import { figuresOf } from '#trainer/metrics/figures.ts'
import type { Status } from '../commands/status.ts'
import { readReport, type RehearsalReport } from '../rehearsal-report.ts'
import { layOut } from '../terminal.ts'
import type { Hospital } from './hospital.ts'

/**
 * How good a model is on held-out patients, by the outcome's own measures: how well they are told apart (AUC) and how well the
 * probabilities fit (log-loss), the share of right classes, the mean miss and the explained share of the variance, or the
 * C-index. Null where it cannot be told.
 */
export type Score = Partial<Record<Measure, number | null>>

type Measure = 'auc' | 'logLoss' | 'accuracy' | 'mae' | 'r2' | 'cIndex'

const measures = {
  binary: ['auc', 'logLoss'],
  multiclass: ['accuracy', 'logLoss'],
  regression: ['mae', 'r2'],
  survival: ['cIndex'],
} as const satisfies Record<Outcome['task'], readonly Measure[]>

const names: Readonly<Record<Measure, string>> = {
  auc: 'AUC',
  logLoss: 'log-loss',
  accuracy: 'right classes',
  mae: 'mean miss',
  r2: 'R2',
  cIndex: 'C-index',
}

/** A demo's result: what `--json` writes. */
export interface Result {
  readonly institutions: readonly {
    readonly name: string
    readonly rows: number
    readonly alone: Score
    readonly shared: Score
    /** Whether the shared model is worth it to this hospital, paired over its held-out patients; null where that cannot be told. */
    readonly worth: WorthView | null
    readonly modelHash: string | null
    readonly bytesSent: number
  }[]
  readonly overall: { readonly alone: Score; readonly shared: Score; readonly pooled: Score }
  readonly rounds: number
  readonly seconds: number
}

type Judged = 'alone' | 'shared'

/** Figures from the files that the hospitals wrote, after the last round, and from what each of them says. */
export function gatherResult(
  hospitals: readonly Hospital[],
  statuses: readonly Status[],
  pooled: FiguresView,
  seconds: number,
): Result {
  const studies = statuses.map((one) => one.studies[0])
  const outcome = studies[0]?.study.outcome
  if (!outcome) throw new AppError('not-found', 'there is no study')
  const institutions = hospitals.map(({ name }, index) => {
    const study = studies[index]
    const rows = (study?.trainRows ?? 0) + (study?.testRows ?? 0)
    const { modelHash = null, bytesSent = 0, results } = study ?? {}
    const of = (model: Judged) => scoreOf(outcome, results?.[model])
    const worth = results?.worth ?? null
    return { name, rows, alone: of('alone'), shared: of('shared'), worth, modelHash, bytesSent }
  })
  const reports = hospitals
    .map((one) => one.report)
    .filter(existsSync)
    .map(readReport)
  const exact = (model: Judged) => scoreOf(outcome, exactFigures(outcome, reports, model))
  const summed = summedFigures(studies)
  const overall =
    outcome.task === 'survival'
      ? { alone: scoreOf(outcome, summed?.alone), shared: scoreOf(outcome, summed?.shared) }
      : { alone: exact('alone'), shared: exact('shared') }
  const rounds = Math.max(0, ...studies.map((one) => one?.round ?? 0))
  return { institutions, overall: { ...overall, pooled: scoreOf(outcome, pooled) }, rounds, seconds }
}

/** Figures of all held-out rows ranked and counted together, as if one institution had them. */
function exactFigures(outcome: Outcome, reports: readonly RehearsalReport[], model: Judged): FiguresView {
  const scores = Float64Array.from(reports.flatMap((one) => one[model]?.scores ?? []))
  const labels = Float32Array.from(reports.flatMap((one) => one[model]?.labels ?? []))
  return figuresOf(outcome, { scores, labels })
}

function scoreOf({ task }: Outcome, figures: FiguresView | null | undefined): Score {
  return Object.fromEntries(measures[task].map((one) => [one, figures?.[one] ?? null]))
}

type Studies = readonly (Status['studies'][number] | undefined)[]

/** Of the first hospital that could read the evaluation round. */
function summedFigures(studies: Studies) {
  for (const one of studies) {
    const { overall, overallAlone } = one?.results ?? {}
    if (overall && overallAlone) return { shared: overall, alone: overallAlone }
  }
  return null
}

/** The result as a table for people, with what the hospitals themselves learned from their summed evaluation beside it. */
export function describeResult(result: Result, statuses: readonly Status[]): string {
  const { institutions, overall, rounds, seconds } = result
  const studies = statuses.map((one) => one.studies[0])
  const outcome = studies[0]?.study.outcome
  if (!outcome) throw new AppError('not-found', 'there is no study')
  const shown = measures[outcome.task]
  const header = [
    ...['hospital', 'rows', 'held out'],
    ...shown.flatMap((one) => [`${names[one]} alone`, `${names[one]} shared`]),
    ...['sent', 'model'],
  ]
  const pairs = (alone: Score, shared: Score) => shown.flatMap((one) => [show(alone[one]), show(shared[one])])
  const size = (bytes: number) => `${Math.round(bytes / 1024)} KiB`
  const lines = institutions.map((one, index) => [
    ...[one.name, String(one.rows), String(studies[index]?.testRows ?? 0)],
    ...pairs(one.alone, one.shared),
    ...[size(one.bytesSent), one.modelHash?.slice(0, 16) ?? '-'],
  ])
  const sum = (of: (at: number) => number) => institutions.reduce((before, _, at) => before + of(at), 0)
  const rows = String(sum((at) => institutions[at]?.rows ?? 0))
  const heldOut = String(sum((at) => studies[at]?.testRows ?? 0))
  const bytes = size(sum((at) => institutions[at]?.bytesSent ?? 0))
  const hashes = new Set(institutions.map((one) => one.modelHash))
  const same = hashes.size === 1 ? 'the same model at every hospital' : `${hashes.size} DIFFERENT models`
  return [
    layOut([
      header,
      ...lines,
      ['all together', rows, heldOut, ...pairs(overall.alone, overall.shared), bytes, ''],
      ['pooled optimum', rows, heldOut, ...pairs({}, overall.pooled), '', ''],
    ]),
    '',
    `${rounds} rounds in ${seconds.toFixed(1)} s; ${same}.`,
    ...aboutTogether(outcome, summedFigures(studies), heldOut),
    ...aboutWorth(institutions),
    ...institutions.flatMap(worseThanChance),
  ].join('\n')
}

/** To whom it is worth it: each by its own held-out patients, with their chance in mind. */
function aboutWorth(institutions: Result['institutions']): string[] {
  const lines = (['gain', 'none', 'harm'] as const).flatMap((verdict) => {
    const there = institutions.filter(({ worth }) => worth?.verdict === verdict)
    const told = there.map(({ name, worth }) => `${name} (${worth ? rangeOf(worth) : ''})`)
    return told.length > 0 ? [`  ${worthTitles[verdict]}: ${told.join(', ')}`] : []
  })
  const unknown = institutions.filter(({ worth }) => worth === null).map(({ name }) => name)
  const rest = unknown.length > 0 ? [`  Too few held-out patients to tell: ${unknown.join(', ')}`] : []
  const [first] = institutions.flatMap(({ worth }) => worth ?? [])
  if (!first) return rest.length > 0 ? ['Is it worth it?', ...rest] : []
  return [`Is it worth it? ${gains[first.measure]}, with its 95% interval:`, ...lines, ...rest]
}

const worthTitles = { gain: 'Better', none: 'No measurable gain', harm: 'WORSE than alone' } as const
const gains = {
  logLoss: 'Log-loss alone minus shared on the same held-out patients',
  mae: 'Mean miss alone minus shared on the same held-out patients',
  cIndex: 'C-index shared minus alone on the same held-out patients',
} as const

function rangeOf({ gain }: WorthView): string {
  return `${show(gain.value)}, ${show(gain.low)} to ${show(gain.high)}`
}

function worseThanChance({ name, shared: { auc } }: Result['institutions'][number]): string[] {
  if (auc === undefined || auc === null || auc >= 0.5) return []
  return [
    `At ${name} the shared model is worse than chance (AUC ${show(auc)}): is its outcome, or a yes and no, coded the other way round?`,
  ]
}

/** How "all together" was computed, and what the hospitals know of it. */
function aboutTogether(
  outcome: Outcome,
  summed: ReturnType<typeof summedFigures>,
  heldOut: string,
): string[] {
  if (outcome.task === 'survival')
    return ['"All together" is of the summed evaluation round: only patients of one hospital are compared.']
  const exact = `"All together" is exact: the ${heldOut} held-out rows are judged as one list, which only a rehearsal can do.`
  if (!summed) return [exact]
  const shown = measures[outcome.task].map(
    (one) => `${names[one]} ${show(summed.alone[one])} alone, ${show(summed.shared[one])} shared`,
  )
  return [
    exact,
    'In earnest the hospitals know what their summed evaluation round says, in which none shows its own figures:',
    `  ${shown.join('; ')}.`,
    ...(outcome.task === 'binary'
      ? ['  Scores are in that sum as moments: its AUC may differ in the third digit.']
      : []),
  ]
}

function show(value: number | null | undefined): string {
  return value === null || value === undefined ? '-' : value.toFixed(3)
}
