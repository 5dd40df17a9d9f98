import type { Mapping, OutcomeSource, Source } from './dataset.ts'
import { AppError } from './errors.ts'
import { oppositesOf } from './opposites.ts'
import { spelling } from './spelling.ts'
import type { Study } from './study.ts'
import type { Outcome, Variable } from './variable.ts'

/** Besides a name of the study a value may mean that there is none, or none that the study lists. */
export const MISSING = 'missing'
export const UNLISTED = 'other'

type Parts = Pick<Study, 'variables' | 'outcome'>

/** How yes and no are written where a mapping names no values of its own. */
export const USUAL: Readonly<Record<string, 'yes' | 'no'>> = {
  ...{ 1: 'yes', yes: 'yes', true: 'yes', y: 'yes', t: 'yes' },
  ...{ 0: 'no', no: 'no', false: 'no', n: 'no', f: 'no' },
}

/** What a value of a variable or of the outcome may mean, the study's own names first. Empty for a name that the study has not. */
export function meaningsOf({ variables, outcome }: Parts, name: string): string[] {
  if (name === outcome.name) return meaningsOfOutcome(outcome)
  const variable = variables.find((one) => one.name === name)
  return variable ? meaningsOfVariable(variable) : []
}

function meaningsOfOutcome(outcome: Outcome): string[] {
  if (outcome.task === 'regression') return [MISSING]
  return [...(outcome.task === 'multiclass' ? outcome.classes : ['yes', 'no']), MISSING]
}

function meaningsOfVariable(variable: Variable): string[] {
  if (variable.type === 'number') return [MISSING]
  if (variable.type === 'boolean') return ['yes', 'no', MISSING]
  return [...new Set([...variable.categories, UNLISTED, MISSING])]
}

/**
 * A mapping in which a person has said what a value of ours means, whatever was said of it before. Throws 'bad-request' where a
 * variable of this name cannot have that meaning.
 */
export function nameValue(
  study: Parts,
  mapping: Mapping,
  name: string,
  value: string,
  meaning: string,
): Mapping {
  if (!meaningsOf(study, name).includes(meaning))
    throw new AppError('bad-request', `A value of ${name} cannot mean ${meaning}`)
  if (name === study.outcome.name)
    return { ...mapping, outcome: nameOutcome(mapping.outcome, value, meaning) }
  const variable = study.variables.find((one) => one.name === name)
  const source = mapping.variables[name]
  if (!variable || !source) throw new AppError('bad-request', `No column is chosen for ${name}`)
  return { ...mapping, variables: { ...mapping.variables, [name]: nameIn(variable, source, value, meaning) } }
}

const without = (list: readonly string[] | undefined, value: string) =>
  (list ?? []).filter((one) => spelling(one) !== spelling(value))
const withValue = (list: readonly string[] | undefined, value: string) => [...without(list, value), value]

function valuesWithout(values: Readonly<Record<string, string>>, value: string): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([one]) => spelling(one) !== spelling(value)))
}

function nameIn(variable: Variable, source: Source, value: string, meaning: string): Source {
  const isNamed =
    variable.type === 'boolean' || (variable.type === 'category' && variable.categories.includes(meaning))
  const before = forgotten(variable, source, value)
  if (isNamed && meaning !== MISSING) return { ...before, values: { ...before.values, [value]: meaning } }
  if (meaning === MISSING) return { ...before, missingCodes: withValue(before.missingCodes, value) }
  return { ...before, unlisted: withValue(before.unlisted, value) }
}

/** A source that says nothing of a value. Yes and no that nobody has named are named by their usual words. */
function forgotten({ type }: Variable, source: Source, value: string): Source {
  const values = source.values ?? (type === 'boolean' ? USUAL : null)
  return {
    ...source,
    missingCodes: without(source.missingCodes, value),
    values: values && valuesWithout(values, value),
    ...(source.unlisted && { unlisted: without(source.unlisted, value) }),
  }
}

function nameOutcome(source: OutcomeSource, value: string, meaning: string): OutcomeSource {
  const isMissing =
    meaning === MISSING && !(source.rule === 'class' && Object.values(source.values).includes(MISSING))
  const missingCodes = isMissing ? withValue(source.missingCodes, value) : without(source.missingCodes, value)
  const put = (list: readonly string[] | undefined, answer: string) =>
    meaning === answer ? withValue(list, value) : without(list, value)
  const no = (positive: readonly string[], list: readonly string[] = []) =>
    put(list.length > 0 ? list : oppositesOf(positive), 'no')
  switch (source.rule) {
    case 'equals':
      return {
        ...{ ...source, missingCodes },
        ...{ positive: put(source.positive, 'yes'), negative: no(source.positive, source.negative) },
      }
    case 'above':
      return {
        ...source,
        missingCodes,
        positive: put(source.positive, 'yes'),
        negative: put(source.negative, 'no'),
      }
    case 'survival':
      return {
        ...{ ...source, missingCodes },
        ...{ happened: put(source.happened, 'yes'), censored: no(source.happened, source.censored) },
      }
    case 'class': {
      const values = valuesWithout(source.values, value)
      return { ...source, missingCodes, values: isMissing ? values : { ...values, [value]: meaning } }
    }
    case 'number':
      return { ...source, missingCodes }
  }
}
