import type { Suggestion, SuggestionsView } from '#contract/importing.ts'
import { isTold } from './columns.ts'
import { sourceDraft, type MappingDraft, type SourceDraft } from './draft.ts'
import { flat } from './outcome-draft.ts'

/** From here on a suggestion is likely enough to be taken with all others. */
const LIKELY = 0.5

/** A suggestion as the form would hold it. */
export function drafted(suggestion: Suggestion): SourceDraft {
  return { ...sourceDraft(suggestion.source, ''), guessed: true }
}

/** Whether the form says already what is suggested. */
export function isTaken(source: SourceDraft, suggestion: Suggestion): boolean {
  const { column, factor, offset, values } = drafted(suggestion)
  const said = (one: Pick<SourceDraft, 'column' | 'factor' | 'offset' | 'values'>) =>
    JSON.stringify([
      one.column,
      one.factor,
      one.offset,
      Object.entries(one.values).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ])
  return said({ column, factor, offset, values }) === said(source)
}

/** The likely suggestions for what no person has chosen, best first, each column for one variable. */
export function likely(draft: MappingDraft, { variables }: SuggestionsView): Map<string, Suggestion> {
  const chosen = Object.entries(draft.variables).filter(([, one]) => isTold(one.column) && !one.guessed)
  const taken = new Set(chosen.map(([, one]) => one.column))
  const done = new Set(chosen.map(([name]) => name))
  const found = new Map<string, Suggestion>()
  for (const one of variables.toSorted((a, b) => b.score - a.score)) {
    if (one.score < LIKELY || done.has(one.variable) || taken.has(one.column)) continue
    const source = draft.variables[one.variable]
    if (source && !isTaken(source, one)) found.set(one.variable, one)
    done.add(one.variable)
    taken.add(one.column)
  }
  return found
}

/** The form with all likely suggestions taken, the outcome's too where nothing is said of it. */
export function takeAll(draft: MappingDraft, view: SuggestionsView): MappingDraft {
  const taken = [...likely(draft, view)].map(([name, one]) => [name, drafted(one)] as const)
  const isOpen = !isTold(draft.outcome.column) || draft.outcome.positive.length === 0
  const outcome = view.outcome && isOpen ? { ...draft.outcome, ...flat(view.outcome) } : draft.outcome
  return { ...draft, variables: { ...draft.variables, ...Object.fromEntries(taken) }, outcome }
}
