import { FEWEST_ROWS } from '#domain/floors.ts'
import { quoted } from '#domain/plain-text.ts'
import type { Study } from '#domain/study.ts'
import type { Variable } from '#domain/variable.ts'
import type { Cohort, CohortStep } from './cohort.ts'

/** Which of our patients a study is about, in sentences: each condition with how many of our rows are left after it and those before. */
export function cohortLines(
  { variables }: Pick<Study, 'variables'>,
  { filter, cohort }: { readonly filter: string | null; readonly cohort: Cohort },
): string[] {
  const { kept, steps, hidden, rare } = cohort
  const byName = new Map(variables.map((one) => [one.name, one]))
  return [
    ...(filter === null ? [] : [`Only rows are used where: ${filter} (${left(kept ?? 0)})`]),
    ...stepLines(steps, byName),
    ...(hidden.length === 0
      ? []
      : [`So few of our patients have a value that it counts as missing here: ${names(hidden)}.`]),
    ...(rare.length === 0
      ? []
      : [
          `Some groups are those of a few of our patients, and are part of the sums all the same: ${names(rare)}.`,
        ]),
  ]
}

/** The conditions after each other; those that leave nobody out are named together. */
function stepLines(steps: readonly CohortStep[], byName: ReadonlyMap<string, Variable>): string[] {
  const idle: string[] = []
  const lines = steps.flatMap(({ variable, remain }, i) => {
    const before = steps[i - 1]?.remain
    const words = variable === null ? 'the outcome is known' : conditionOf(byName.get(variable), variable)
    if (before !== remain) return [`Only patients are used of whom ${words} (${left(remain)}).`]
    idle.push(words)
    return []
  })
  if (idle.length > 0)
    lines.push(`Asked of each patient too, and true of all who are left: ${idle.join('; ')}.`)
  return lines
}

/** What a variable that excludes asks of a patient. */
function conditionOf(variable: Variable | undefined, name: string): string {
  if (variable?.type === 'number' && variable.outside === 'missing')
    return `${quoted(name)} lies from ${limits(variable)}`
  if (variable?.type === 'category' && variable.unlisted === 'missing')
    return `${quoted(name)} is one of ${names(variable.categories)}`
  return `${quoted(name)} is known`
}

/** Few are not counted: whoever is told may not be meant to know. */
function left(rows: number): string {
  if (rows === 0) return 'none of ours are left'
  return `${rows < FEWEST_ROWS ? `fewer than ${FEWEST_ROWS}` : rows} of ours are left`
}

/** What becomes of values that a study's ranges and lists do not hold, without leaving their patients out. */
export function rangeLines({ variables, outcome }: Pick<Study, 'variables' | 'outcome'>): string[] {
  const kept = variables.filter(
    (one) => one.type !== 'boolean' && !(isCutOff(one) && one.missing === 'exclude'),
  )
  const moved = kept.flatMap((one) => (one.type === 'number' && one.outside === 'clip' ? [rangeOf(one)] : []))
  const missing = kept.flatMap((one) => (isCutOff(one) ? [allowed(one)] : []))
  const target = outcome.task === 'regression' ? [rangeOf(outcome)] : []
  return [
    ...(moved.length + target.length === 0
      ? []
      : [`Values beyond these ranges are moved to their ends: ${[...moved, ...target].join('; ')}.`]),
    ...(missing.length === 0 ? [] : [`All other values count as missing: ${missing.join('; ')}.`]),
  ]
}

function isCutOff(variable: Variable): boolean {
  if (variable.type === 'number') return variable.outside === 'missing'
  return variable.type === 'category' && variable.unlisted === 'missing'
}

function allowed(variable: Variable): string {
  if (variable.type === 'number') return rangeOf(variable)
  return variable.type === 'category'
    ? `${quoted(variable.name)} ${names(variable.categories)}`
    : quoted(variable.name)
}

/** A unit that is one word cannot be read as anything else. */
const WORD = /^[^\s"'.,;:]+$/

interface Range {
  readonly unit: string | null
  readonly low: number
  readonly high: number
}

function rangeOf(range: Range & { readonly name: string }): string {
  return `${quoted(range.name)} ${limits(range)}`
}

function limits({ unit, low, high }: Range): string {
  const of = unit === null || unit === '' ? '' : ` ${WORD.test(unit) ? unit : quoted(unit)}`
  return `${low} to ${high}${of}`
}

/** Names that another institution gave, each so that it says nothing beyond itself. */
function names(all: readonly string[]): string {
  return all.map(quoted).join(', ')
}
