import type { MappingFinding } from '#contract/mapping.ts'
import type { Column, ColumnType, Dataset, Mapping } from '#domain/dataset.ts'
import { AppError, type ErrorCode } from '#domain/errors.ts'
import { FEW } from '#domain/floors.ts'
import { fewestRows, weightOf, type Study } from '#domain/study.ts'
import type { Variable } from '#domain/variable.ts'
import type { RowCounts } from '#trainer/jobs.ts'
import type { Rows } from '#trainer/variables/rows.ts'
import { isFormula } from './formula-columns.ts'
import type { CohortStep } from './cohort.ts'
import type { Mapped, Tally } from './map-table.ts'
import { namesLike } from './names-like.ts'
import { alikeOutcome, consequence } from './outcome-alike.ts'
import { outcomeReader } from './outcome-readers.ts'
import { tooFewHeldOut } from './too-few-held-out.ts'

type Finding = MappingFinding

const finding = (
  severity: Finding['severity'],
  variable: string | null,
  code: Finding['code'],
  detail: string,
): Finding => ({
  severity,
  variable,
  code,
  detail,
})

/** What can be told before a row is read: columns that are not there, rules that do not fit. All of it is an error. */
export function checkColumns(study: Study, mapping: Mapping, dataset: Dataset): Finding[] {
  const names = new Set(dataset.columns.map((one) => one.name))
  const has = (column: string) => names.has(column) || isFormula(column)
  const absent = (variable: string | null, column: string) => {
    const near = namesLike(column, [...names]).map((one) => `"${one.slice(0, 80)}"`)
    const has = near.length === 0 ? '' : ` It has ${near.join(' and ')}.`
    const detail = `The dataset "${dataset.name}" has no column "${column}".${has}`
    return finding('error', variable, 'column-missing', detail.slice(0, 400))
  }
  const findings: Finding[] = []
  for (const { name } of study.variables) {
    const source = mapping.variables[name]
    if (!source) findings.push(finding('error', name, 'column-missing', `No column is chosen for "${name}".`))
    else if (!has(source.column)) findings.push(absent(name, source.column))
  }
  for (const column of mapping.subgroups) if (!has(column)) findings.push(absent(null, column))
  const reader = outcomeReader(study.outcome, mapping.outcome, () => [])
  if (!reader) return [...findings, wrongRule(study, mapping)]
  const lacking = reader.columns.filter((column) => !has(column))
  return [...findings, ...lacking.map((column) => absent(study.outcome.name, column))]
}

function wrongRule({ outcome }: Study, mapping: Mapping): Finding {
  const detail = `The rule "${mapping.outcome.rule}" does not give the outcome of this study.`
  return finding('error', outcome.name, 'type-mismatch', detail)
}

/** What is known of a choice beside its rows: columns by the variable that is read from them, and what its conditions leave. */
interface Beside extends Pick<Mapping, 'holdout'> {
  readonly columns: ReadonlyMap<string, Column>
  readonly steps: readonly CohortStep[]
}

/** What the rows show, in counts: nothing in it names a value. */
export function checkRows(
  study: Study,
  { holdout, columns, steps }: Beside,
  mapped: Mapped,
  counts: RowCounts,
  usable: Rows,
): Finding[] {
  const rows = mapped.table.outcome.length
  const findings = study.variables.flatMap((variable, i) => {
    const tally = mapped.tallies[i]
    return tally ? checkVariable(variable, tally, rows, columns.get(variable.name)) : []
  })
  if (mapped.outcomeUnreadable > 0) {
    const detail = `${mapped.outcomeUnreadable} of ${rows} rows have a value of "${study.outcome.name}" that the mapping does not name.`
    findings.push(finding('error', study.outcome.name, 'unnamed-values', detail))
  }
  const few = tooFewHeldOut(holdout, counts.test)
  if (few !== null) findings.push(finding('warning', null, 'held-out-few', few))
  const { outcome } = mapped.table
  return [
    ...findings,
    ...checkCounts(study, counts, mostLost(study, steps, rows)),
    ...checkClasses(study, outcome, usable),
    ...checkLevels(study, outcome, usable),
  ]
}

function severityOf(share: number): Finding['severity'] {
  return share > 0.05 ? 'error' : 'warning'
}

/** How many rows are left out by the condition that leaves out most, and for want of what. */
function mostLost({ outcome }: Study, steps: readonly CohortStep[], rows: number) {
  const lost = steps.map(({ variable, remain }, i) => {
    return { of: variable ?? outcome.name, rows: (steps[i - 1]?.remain ?? rows) - remain }
  })
  return lost.toSorted((a, b) => b.rows - a.rows).find((one) => one.rows > 0) ?? null
}

/** What the values of a column are, by its type. */
const kindOfValues: Readonly<Record<ColumnType, string>> = {
  integer: 'numbers',
  real: 'numbers',
  category: 'categories',
  boolean: 'yes and no',
  date: 'dates',
  text: 'text',
}

function checkVariable(variable: Variable, tally: Tally, rows: number, column?: Column): Finding[] {
  const { name } = variable
  const present = rows - tally.missing
  const share = (count: number) =>
    `${count} of ${present} values (${((100 * count) / Math.max(present, 1)).toFixed(1)}%)`
  const findings = [
    ...checkReading(variable, tally, { present, share, column }),
    ...checkLimits(name, tally, present, share),
  ]
  if (tally.absent.length > 0 && present > 0) findings.push(absentLevels(name, tally.absent))
  if (tally.missing > rows / 2) {
    findings.push(
      finding('warning', name, 'mostly-missing', `${tally.missing} of ${rows} values are missing.`),
    )
  }
  if (present > tally.unreadable && !tally.varies) {
    findings.push(finding('warning', name, 'constant', 'All values are the same here.'))
  }
  return findings
}

/** Of a variable fewer than five training rows have a value that counts: see `hideFew`. */
export function tooFewValues(variable: string): Finding {
  const detail = `Fewer than ${FEW} of the rows to train on have a value that the study lists or that lies in its range, or a value beside its knots: it counts as missing here, so that no sum rests on them.`
  return finding('warning', variable, 'mostly-missing', detail)
}

type Share = (count: number) => string

/** Yes, no and categories are told by the mapping or they stop it; of numbers a few may be none. */
function checkReading(
  { name, type }: Variable,
  { unreadable }: Tally,
  { present, share, column }: { present: number; share: Share; column: Column | undefined },
): Finding[] {
  if (unreadable === 0) return []
  if (type === 'number') {
    const kind = column
      ? ` The values of its column "${column.name.slice(0, 80)}" are ${kindOfValues[column.type]}.`
      : ''
    const detail = `Of "${name}", ${share(unreadable)} cannot be read as a number.${kind}`
    return [finding(severityOf(unreadable / present), name, 'type-mismatch', detail)]
  }
  const detail = `Of "${name}", ${share(unreadable)} are not named: say of each what it means, or that it means missing.`
  return [finding('error', name, 'unnamed-values', detail)]
}

function checkLimits(name: string, { outside, unlisted }: Tally, present: number, share: Share): Finding[] {
  const findings: Finding[] = []
  if (outside > present / 2) {
    const detail = `${share(outside)} are outside the declared range: is the unit right?`
    findings.push(finding('warning', name, 'unit-suspicious', detail))
  } else if (outside > 0) {
    findings.push(
      finding('warning', name, 'outside-range', `${share(outside)} are outside the declared range.`),
    )
  }
  if (unlisted > 0) {
    const detail = `${share(unlisted)} are in no category of the study.`
    findings.push(finding('warning', name, 'unlisted-category', detail))
  }
  return findings
}

/** Levels that the study has and we have not: no row of ours can say anything about them. */
function absentLevels(name: string, levels: readonly string[]): Finding {
  const shown = levels.slice(0, 8).map((one) => one.slice(0, 30))
  const more = levels.length > shown.length ? ` and ${levels.length - shown.length} more` : ''
  return finding('warning', name, 'level-absent', `No row of ours has: ${shown.join(', ')}${more}.`)
}

function checkCounts(study: Study, counts: RowCounts, lost: ReturnType<typeof mostLost>): Finding[] {
  const findings: Finding[] = []
  if (weightOf(study.rules, counts.train) === null) {
    const need = Math.max(fewestRows(study.rules), study.rules.weightBands[0] ?? 1)
    const why = lost ? ` ${lost.rows} rows are left out for want of a value of "${lost.of}".` : ''
    const detail = `${counts.train} rows to train on; the study needs ${need}.${why}`
    findings.push(finding('error', null, 'rows-too-few', detail))
  }
  const { name, task } = study.outcome
  const alike = alikeOutcome(study, counts)
  const code = task === 'survival' ? 'no-events' : 'outcome-one-class'
  if (alike !== null) findings.push(finding('warning', name, code, alike))
  return findings
}

/** Classes of the study that no usable row has. */
function checkLevels({ outcome: studied }: Study, outcome: Float32Array, { train, test }: Rows): Finding[] {
  if (studied.task !== 'multiclass' || train.length === 0) return []
  const seen = new Set([...train, ...test].map((row) => outcome[row]))
  const absent = studied.classes.filter((_, i) => !seen.has(i))
  return absent.length === 0 ? [] : [absentLevels(studied.name, absent)]
}

/** Rows to train on may all be of one class: they take part, and whoever maps them is told. */
function checkClasses({ outcome: studied, plan }: Study, outcome: Float32Array, { train }: Rows): Finding[] {
  const isAlike = new Set(Array.from(train, (row) => outcome[row])).size === 1
  if (studied.task !== 'multiclass' || !isAlike) return []
  const detail = `All rows to train on are of the same class. ${consequence(studied.task, plan)}`
  return [finding('warning', studied.name, 'outcome-one-class', detail)]
}

const refusals: Partial<Record<Finding['code'], ErrorCode>> = {
  'column-missing': 'column-missing',
  'rows-too-few': 'rows-too-few',
}

/** Throws the error that the first finding of severity 'error' stands for. */
export function refuseErrors(findings: readonly Finding[]): void {
  const first = findings.find((one) => one.severity === 'error')
  if (first) throw new AppError(refusals[first.code] ?? 'mapping-bad', first.detail)
}
