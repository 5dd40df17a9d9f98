import type { Dataset, OutcomeSource } from '#domain/dataset.ts'
import type { Study } from '#domain/study.ts'
import { columnNamed, isTold } from './columns.ts'

/** How the outcome is read, as a form holds it: all rules at once, `rule` says which counts. */
export interface OutcomeDraft {
  rule: OutcomeSource['rule']
  column: string
  positive: string[]
  threshold: number
  factor: number
  offset: number
  values: Record<string, string>
  event: string
}

/** The outcome of a study as a form holds it: as it was saved, else by a column of its name. */
export function outcomeDraft(
  { outcome }: Study,
  { columns }: Dataset,
  saved: OutcomeSource | undefined,
): OutcomeDraft {
  const column = columnNamed(columns, outcome.name, outcome.label ?? '')
  const found = columns.find((one) => one.name === column)
  const rules = {
    binary: found && found.categories.length === 0 ? 'above' : 'equals',
    multiclass: 'class',
    regression: 'number',
    survival: 'survival',
  } as const
  const fresh: OutcomeDraft = {
    rule: rules[outcome.task],
    column,
    positive: [],
    threshold: 0,
    factor: 1,
    offset: 0,
    values: {},
    event: '',
  }
  return saved ? { ...fresh, ...flat(saved) } : fresh
}

/** A saved outcome as the fields of a form. */
export function flat(saved: OutcomeSource): Partial<OutcomeDraft> {
  switch (saved.rule) {
    case 'equals':
      return { rule: saved.rule, column: saved.column, positive: [...saved.positive] }
    case 'above':
      return { rule: saved.rule, column: saved.column, threshold: saved.threshold }
    case 'number':
      return {
        rule: saved.rule,
        column: saved.column,
        factor: saved.scale?.factor ?? 1,
        offset: saved.scale?.offset ?? 0,
      }
    case 'class':
      return { rule: saved.rule, column: saved.column, values: { ...saved.values } }
    case 'survival':
      return { rule: saved.rule, column: saved.time, event: saved.event, positive: [...saved.happened] }
  }
}

/** A conversion, or null where nothing changes. */
export function scaleOf(factor: number, offset: number) {
  return factor === 1 && offset === 0 ? null : { factor, offset }
}

/** What the form says of the outcome; null while it is not told whole. */
export function outcomeOf(draft: OutcomeDraft): OutcomeSource | null {
  const { rule, column, positive, threshold, factor, offset, values, event } = draft
  if (!isTold(column)) return null
  switch (rule) {
    case 'equals':
      return positive.length > 0 ? { rule, column, positive: [...positive] } : null
    case 'above':
      return { rule, column, threshold }
    case 'number':
      return { rule, column, scale: scaleOf(factor, offset) }
    case 'class':
      return { rule, column, values: { ...values } }
    case 'survival':
      return isTold(event) && positive.length > 0
        ? { rule, time: column, event, happened: [...positive] }
        : null
  }
}
