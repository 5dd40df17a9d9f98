import type { Variable } from '#domain/variable.ts'
import type { Task } from '#trainer/jobs.ts'
import { splineOf } from './spline.ts'

/** One number per patient that a model sees. Values lie in [low, high]; NaN means missing and becomes the mean. */
export interface Feature {
  readonly name: string
  /** Index of the study variable it is made from. */
  readonly variable: number
  readonly low: number
  readonly high: number
  /** The feature of a value of its variable (NaN is missing; a category is its index in the study's list). */
  readonly of: (value: number) => number
}

/** The features of a study in order: a function of its variables alone, so that every member knows it without data. */
export function featuresOf(task: Pick<Task, 'variables'>): readonly Feature[] {
  return task.variables.flatMap((variable, index) =>
    partsOf(variable).map((part) => ({ low: 0, high: 1, ...part, variable: index })),
  )
}

/** Whether a feature holds a number, or a curve of one: all others are indicators of a level, or of a missing value. */
export function isNumberFeature(
  { variables }: Pick<Task, 'variables'>,
  { variable, name }: Feature,
): boolean {
  const declared = variables[variable]
  return declared?.type === 'number' && name !== missingName(declared.name)
}

type Part = Pick<Feature, 'name' | 'of'> & Partial<Pick<Feature, 'low' | 'high'>>

function partsOf(variable: Variable): readonly Part[] {
  if (variable.type === 'number') return numberParts(variable)
  return variable.type === 'category' ? categoryParts(variable) : booleanParts(variable)
}

/** What a row's value of this variable counts as once the declared rules are applied: NaN when missing. */
export function settle(variable: Variable, value: number): number {
  if (Number.isNaN(value)) return value
  if (variable.type === 'number') {
    if (value >= variable.low && value <= variable.high) return value
    if (variable.outside === 'missing') return Number.NaN
    return Math.min(variable.high, Math.max(variable.low, value))
  }
  if (variable.type === 'category') {
    const listed = value >= 0 && value < variable.categories.length
    return !listed && variable.unlisted === 'missing' ? Number.NaN : value
  }
  return value
}

function numberParts(variable: Extract<Variable, { type: 'number' }>): readonly Part[] {
  const { name, low, high, knots = [] } = variable
  const value: Part = { name, low, high, of: (one) => one }
  const curves = knots.slice(2).map((_, index): Part => {
    const of = splineOf(knots, index)
    // It is 0 up to its knot and rises from there on.
    return { name: `${name} spline ${index + 1}`, high: of(high), of }
  })
  const all = [value, ...curves]
  return variable.missing === 'mean-and-indicator' ? [...all, missingPart(name)] : all
}

function categoryParts(variable: Extract<Variable, { type: 'category' }>): readonly Part[] {
  const { name, categories } = variable
  const levels: Part[] = categories.slice(1).map((category, index) => ({
    name: `${name} = ${category}`,
    of: (value) => (value === index + 1 ? 1 : 0),
  }))
  if (variable.unlisted === 'other') {
    levels.push({ name: `${name} = other`, of: (value) => (value >= categories.length || value < 0 ? 1 : 0) })
  }
  return variable.missing === 'indicator' ? [...levels, missingPart(name)] : levels
}

function booleanParts(variable: Extract<Variable, { type: 'boolean' }>): readonly Part[] {
  const { name } = variable
  if (variable.missing === 'no') return [{ name, of: (value) => (value > 0 ? 1 : 0) }]
  const value: Part = { name, of: (one) => (Number.isNaN(one) ? one : Number(one > 0)) }
  return variable.missing === 'indicator' ? [value, missingPart(name)] : [value]
}

function missingName(name: string): string {
  return `${name} missing`
}

function missingPart(name: string): Part {
  return { name: missingName(name), of: (value) => Number(Number.isNaN(value)) }
}
