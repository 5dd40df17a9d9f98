import type { VariableDraft, VariableDrafts } from '#contract/planning.ts'
import type { Column, Dataset } from '#domain/dataset.ts'
import { FEW } from '#domain/floors.ts'
import type { IdentifierReport } from '#domain/identifiers.ts'
import { plainLine } from '#domain/plain-text.ts'
import { plausibleRange } from '#import/plausible.ts'

/** What tells who a patient is may be harmless as a range that every patient's value lies in. */
const HARMLESS = new Set(['high-age'])
/** Longer values are sentences, whatever else they look like. */
const LONGEST_CATEGORY = 40
const MOST_WORDS = 4

/**
 * Variables of a study like a table's columns, in which nothing comes from a patient: ranges are those of living people by what
 * a column is called, or none; categories are those of at least five patients, in no order of their number. Columns of dates,
 * free text and what tells who a patient is are left out, and so is the outcome.
 */
export function variablesLike(
  dataset: Dataset,
  report: IdentifierReport | null,
  outcome: string,
): VariableDrafts {
  const telling = new Set(report?.findings.filter((one) => !HARMLESS.has(one.class)).map((one) => one.column))
  const variables: VariableDraft[] = []
  const leftOut: string[] = []
  for (const column of dataset.columns) {
    if (column.name === outcome) continue
    const draft = telling.has(column.name) ? null : draftOf(column)
    if (draft) variables.push(draft)
    else leftOut.push(column.name)
  }
  return { variables, leftOut }
}

function draftOf(column: Column): VariableDraft | null {
  const name = plainLine(column.name).trim()
  const none = { name, unit: null, low: null, high: null, categories: [] }
  if (name === '') return null
  if (column.type === 'boolean') return { ...none, type: 'boolean' }
  if (column.type === 'integer' || column.type === 'real') {
    const range = plausibleRange(column.name, column.unit)
    const ends = range ? { low: range.low, high: range.high } : {}
    return { ...none, type: 'number', unit: column.unit, ...ends }
  }
  return column.type === 'category' ? categoryOf(column, none) : null
}

function categoryOf({ categories }: Column, none: Omit<VariableDraft, 'type'>): VariableDraft | null {
  if (categories.some(({ value }) => isSentence(value))) return null
  const common = categories.filter(({ count }) => count >= FEW).map(({ value }) => value)
  // A form separates them by commas.
  if (common.length < 2 || common.some((one) => one.includes(','))) return null
  return {
    ...none,
    type: 'category',
    categories: common.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })),
  }
}

function isSentence(value: string): boolean {
  return value.length > LONGEST_CATEGORY || value.trim().split(/\s+/).length > MOST_WORDS
}
