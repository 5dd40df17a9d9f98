import type { Dataset, Holdout, Mapping, Source } from '#domain/dataset.ts'
import type { Study } from '#domain/study.ts'
import { columnNamed, isFormula, isTold } from './columns.ts'
import { outcomeDraft, outcomeOf, scaleOf, type OutcomeDraft } from './outcome-draft.ts'

/** How one variable is read, as a form holds it. An empty column is not mapped yet. */
export interface SourceDraft {
  column: string
  factor: number
  offset: number
  values: Record<string, string>
  missingCodes: readonly string[]
  /** Values of ours that are in no category of the study. */
  unlisted: readonly string[]
  /** Found by the program, not chosen by a person. */
  guessed: boolean
}

export interface MappingDraft {
  variables: Record<string, SourceDraft>
  outcome: OutcomeDraft
  holdout: Holdout
  subgroups: string[]
  /** A formula that a row must make true to be used; empty for all rows. */
  filter: string
}

const shareOf: Holdout = { kind: 'share', share: 0.3 }

/** A source as a form holds it; without one, a column that was found by its name. */
export function sourceDraft(source: Source | undefined, guess: string): SourceDraft {
  const blank = {
    ...{ column: guess, factor: 1, offset: 0, values: {}, missingCodes: [], unlisted: [] },
    guessed: guess !== '',
  }
  if (!source) return blank
  const { column, scale, values, missingCodes, unlisted = [] } = source
  return { ...blank, ...scale, column, values: { ...values }, missingCodes, unlisted, guessed: false }
}

/** A form for a study over a dataset: what was saved before where its columns are there, else columns of the same names. */
export function draftOf(study: Study, dataset: Dataset, saved: Mapping | null): MappingDraft {
  const has = (column: string) => isFormula(column) || dataset.columns.some((one) => one.name === column)
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
    subgroups: (saved?.subgroups ?? []).filter(has),
    filter: saved?.filter ?? '',
  }
}

/** What a form says, or null while the outcome is not told whole. Variables without a column are left out: the check names them. */
export function mappingOf(draft: MappingDraft): Mapping | null {
  const outcome = outcomeOf(draft.outcome)
  if (!outcome) return null
  const variables = Object.entries(draft.variables)
    .filter(([, source]) => isTold(source.column))
    .map(([name, source]): [string, Source] => [name, sourceOf(source)])
  return {
    variables: Object.fromEntries(variables),
    outcome,
    holdout: draft.holdout,
    subgroups: [...draft.subgroups],
    filter: draft.filter.trim() || null,
  }
}

function sourceOf({ column, factor, offset, values, missingCodes, unlisted }: SourceDraft): Source {
  const told = Object.entries(values).filter(([, to]) => to !== '')
  return {
    column,
    missingCodes: [...missingCodes],
    scale: scaleOf(factor, offset),
    values: told.length > 0 ? Object.fromEntries(told) : null,
    ...(unlisted.length > 0 ? { unlisted: [...unlisted] } : {}),
  }
}
