import type { Column, Dataset, Holdout, Mapping, OutcomeSource, Source } from '#domain/dataset.ts'
import type { Study } from '#domain/study.ts'

/** How one variable is read, as a form holds it. An empty column is not mapped yet. */
export interface SourceDraft {
  column: string
  factor: number
  offset: number
  values: Record<string, string>
  readonly missingCodes: readonly string[]
  /** Found by name, not chosen by a person. */
  guessed: boolean
}

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

export interface MappingDraft {
  variables: Record<string, SourceDraft>
  outcome: OutcomeDraft
  holdout: Holdout
  subgroups: string[]
}

const bare = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
const shareOf: Holdout = { kind: 'share', share: 0.3 }

function sourceDraft(source: Source | undefined, guess: string): SourceDraft {
  const blank = { column: guess, factor: 1, offset: 0, values: {}, missingCodes: [], guessed: guess !== '' }
  if (!source) return blank
  const { column, scale, values, missingCodes } = source
  return { ...blank, ...scale, column, values: { ...values }, missingCodes, guessed: false }
}

/** The column whose name is that of a variable or outcome, or '' where none is. */
function columnNamed(columns: readonly Column[], ...names: readonly string[]): string {
  const wanted = names.map(bare).filter(Boolean)
  return columns.find((one) => wanted.includes(bare(one.name)))?.name ?? ''
}

/** A form for a study over a dataset: what was saved before where its columns are there, else columns of the same names. */
export function draftOf(study: Study, dataset: Dataset, saved: Mapping | null): MappingDraft {
  const has = (column: string) => dataset.columns.some((one) => one.name === column)
  const variables = study.variables.map((variable): [string, SourceDraft] => {
    const source = saved?.variables[variable.name]
    const kept = source && has(source.column) ? source : undefined
    return [
      variable.name,
      sourceDraft(kept, columnNamed(dataset.columns, variable.name, variable.label ?? '')),
    ]
  })
  return {
    variables: Object.fromEntries(variables),
    outcome: outcomeDraft(study, dataset, saved?.outcome),
    holdout: saved?.holdout ?? shareOf,
    subgroups: [...(saved?.subgroups ?? [])],
  }
}

function outcomeDraft(
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

function flat(saved: OutcomeSource): Partial<OutcomeDraft> {
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

/** What a form says, or null while the outcome is not told whole. Variables without a column are left out: the check names them. */
export function mappingOf(draft: MappingDraft): Mapping | null {
  const outcome = outcomeOf(draft.outcome)
  if (!outcome) return null
  const variables = Object.entries(draft.variables)
    .filter(([, source]) => source.column !== '')
    .map(([name, source]): [string, Source] => [name, sourceOf(source)])
  return {
    variables: Object.fromEntries(variables),
    outcome,
    holdout: draft.holdout,
    subgroups: [...draft.subgroups],
  }
}

const scaleOf = (factor: number, offset: number) => (factor === 1 && offset === 0 ? null : { factor, offset })

function sourceOf({ column, factor, offset, values, missingCodes }: SourceDraft): Source {
  const told = Object.entries(values).filter(([, to]) => to !== '')
  return {
    column,
    missingCodes: [...missingCodes],
    scale: scaleOf(factor, offset),
    values: told.length > 0 ? Object.fromEntries(told) : null,
  }
}

function outcomeOf(draft: OutcomeDraft): OutcomeSource | null {
  const { rule, column, positive, threshold, factor, offset, values, event } = draft
  if (column === '') return null
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
      return event !== '' && positive.length > 0
        ? { rule, time: column, event, happened: [...positive] }
        : null
  }
}
