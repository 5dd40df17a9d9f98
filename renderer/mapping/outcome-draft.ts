import type { Dataset, OutcomeSource } from '#domain/dataset.ts'
import type { Study } from '#domain/study.ts'
import { columnNamed, isTold } from './columns.ts'

/** How the outcome is read, as a form holds it: all rules at once, `rule` says which counts. */
export interface OutcomeDraft {
  rule: OutcomeSource['rule']
  column: string
  positive: string[]
  /** Values that mean it did not happen; without any, the plain opposites of the positive ones. */
  negative: string[]
  missingCodes: string[]
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
    negative: [],
    missingCodes: [],
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
  const rule = { rule: saved.rule, missingCodes: [...(saved.missingCodes ?? [])] }
  switch (saved.rule) {
    case 'equals':
      return { ...rule, column: saved.column, ...listsOf(saved.positive, saved.negative) }
    case 'above':
      return {
        ...rule,
        ...{ column: saved.column, threshold: saved.threshold },
        ...listsOf(saved.positive, saved.negative),
      }
    case 'number':
      return { ...rule, column: saved.column, ...(saved.scale ?? { factor: 1, offset: 0 }) }
    case 'class':
      return { ...rule, column: saved.column, values: { ...saved.values } }
    case 'survival':
      return {
        ...rule,
        ...{ column: saved.time, event: saved.event },
        ...listsOf(saved.happened, saved.censored),
      }
  }
}

const listsOf = (positive: readonly string[] = [], negative: readonly string[] = []) => ({
  positive: [...positive],
  negative: [...negative],
})

/** A conversion, or null where nothing changes. */
export function scaleOf(factor: number, offset: number) {
  return factor === 1 && offset === 0 ? null : { factor, offset }
}

/** What the form says of the outcome; null while it is not told whole. */
export function outcomeOf(draft: OutcomeDraft): OutcomeSource | null {
  const { rule, column, threshold, factor, offset } = draft
  if (!isTold(column)) return null
  const codes = told('missingCodes', draft.missingCodes)
  switch (rule) {
    case 'equals':
      return draft.positive.length > 0
        ? { rule, column, positive: [...draft.positive], ...told('negative', draft.negative), ...codes }
        : null
    case 'above': {
      const named = { ...told('positive', draft.positive), ...told('negative', draft.negative) }
      return { rule, column, threshold, ...named, ...codes }
    }
    case 'number':
      return { rule, column, scale: scaleOf(factor, offset), ...codes }
    case 'class':
      return { rule, column, values: namedIn(draft.values), ...codes }
    case 'survival':
      return survivalOf(draft)
  }
}

function survivalOf({ column, event, positive, negative, missingCodes }: OutcomeDraft): OutcomeSource | null {
  if (!isTold(event) || positive.length === 0) return null
  const lists = {
    happened: [...positive],
    ...told('censored', negative),
    ...told('missingCodes', missingCodes),
  }
  return { rule: 'survival', time: column, event, ...lists }
}

/** A list of a mapping, or nothing where it is empty. */
function told<N extends string>(name: N, list: readonly string[]): Partial<Record<N, string[]>> {
  // Safe: an object of one name that is N.
  return list.length > 0 ? ({ [name]: [...list] } as Record<N, string[]>) : {}
}

const namedIn = (values: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(values).filter(([, to]) => to !== ''))
