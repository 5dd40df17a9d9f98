import { binaryFigures } from '#trainer/metrics/binary.ts'
import type { Status } from '../commands/status.ts'
import { readReport } from '../rehearsal-report.ts'
import { layOut } from '../terminal.ts'
import type { Hospital } from './hospital.ts'

/** How well held-out patients are told apart (AUC), and how well the probabilities fit (log-loss). */
export interface Score {
  readonly auc: number | null
  readonly logLoss: number | null
}

/** A demo's result: what `--json` writes. */
export interface Result {
  readonly institutions: readonly {
    readonly name: string
    readonly rows: number
    readonly alone: Score
    readonly shared: Score
    readonly modelHash: string | null
    readonly bytesSent: number
  }[]
  readonly overall: { readonly alone: Score; readonly shared: Score; readonly pooled: Score }
  readonly rounds: number
  readonly seconds: number
}

type Judged = 'alone' | 'shared'

/** Exact figures from the files that the hospitals wrote, after the last round. */
export function gatherResult(
  hospitals: readonly Hospital[],
  statuses: readonly Status[],
  pooled: Score,
  seconds: number,
): Result {
  const reports = hospitals.map((one) => readReport(one.report))
  const figures = (model: Judged, of = reports) =>
    scoreOf(
      of.flatMap((one) => one[model]?.scores ?? []),
      of.flatMap((one) => one[model]?.labels ?? []),
    )
  const institutions = hospitals.map(({ name }, index) => {
    const own = reports.slice(index, index + 1)
    const study = statuses[index]?.studies[0]
    const rows = (study?.trainRows ?? 0) + (study?.testRows ?? 0)
    const { modelHash = null, bytesSent = 0 } = study ?? {}
    return { name, rows, alone: figures('alone', own), shared: figures('shared', own), modelHash, bytesSent }
  })
  const overall = { alone: figures('alone'), shared: figures('shared'), pooled }
  const rounds = Math.max(0, ...statuses.map(({ studies }) => studies[0]?.round ?? 0))
  return { institutions, overall, rounds, seconds }
}

function scoreOf(scores: readonly number[], labels: readonly number[]): Score {
  if (scores.length === 0) return { auc: null, logLoss: null }
  const { auc, logLoss } = binaryFigures(scores, labels)
  return { auc, logLoss }
}

/** The result as a table for people, with what the hospitals themselves learned from their summed evaluation beside it. */
export function describeResult(
  { institutions, overall, rounds, seconds }: Result,
  status: Status | undefined,
): string {
  const header = [
    'hospital',
    'rows',
    'AUC alone',
    'AUC shared',
    'log-loss alone',
    'log-loss shared',
    'sent',
    'model',
  ]
  const lines = institutions.map((one) => [
    one.name,
    String(one.rows),
    ...scores(one.alone, one.shared),
    `${Math.round(one.bytesSent / 1024)} KiB`,
    one.modelHash?.slice(0, 16) ?? '-',
  ])
  const rows = institutions.reduce((sum, one) => sum + one.rows, 0)
  const bytes = institutions.reduce((sum, one) => sum + one.bytesSent, 0)
  const all = [
    'all test rows',
    String(rows),
    ...scores(overall.alone, overall.shared),
    `${Math.round(bytes / 1024)} KiB`,
  ]
  const pooled = [
    'pooled reference',
    String(rows),
    '-',
    show(overall.pooled.auc),
    '-',
    show(overall.pooled.logLoss),
  ]
  const hashes = new Set(institutions.map((one) => one.modelHash))
  const same = hashes.size === 1 ? 'the same model at every hospital' : `${hashes.size} DIFFERENT models`
  return [
    layOut([header, ...lines, [...all, ''], [...pooled, '', '']]),
    '',
    `${rounds} rounds in ${seconds.toFixed(1)} s; ${same}.`,
    ...summed(status),
  ].join('\n')
}

function summed(status: Status | undefined): string[] {
  const results = status?.studies[0]?.results
  if (!results?.overall || !results.overallAlone) return []
  const { overall, overallAlone } = results
  return [
    'From the summed evaluation round, in which no hospital shows its own figures:',
    `  AUC ${show(overallAlone.auc)} alone, ${show(overall.auc)} shared; ` +
      `log-loss ${show(overallAlone.logLoss)} alone, ${show(overall.logLoss)} shared.`,
  ]
}

function scores(alone: Score, shared: Score): string[] {
  return [show(alone.auc), show(shared.auc), show(alone.logLoss), show(shared.logLoss)]
}

function show(value: number | null): string {
  return value === null ? '-' : value.toFixed(3)
}
