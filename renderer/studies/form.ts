import type { VariableDraft } from '#contract/planning.ts'
import { FEWEST_ROWS } from '#domain/floors.ts'
import type { ExactFit, Plan } from '#domain/plan.ts'
import type { Outcome, Variable } from '#domain/variable.ts'

/** One variable as a form holds it; `kept` has the rules that the form does not show. */
export interface VariableForm {
  readonly key: symbol
  readonly type: Variable['type']
  name: string
  label: string
  unit: string
  low: number
  high: number
  /** Separated by commas, the reference first. */
  categories: string
  readonly kept: Variable | null
}

/** What is predicted, with the fields of every task: those of the others are kept while a person tries one. */
export interface OutcomeForm {
  task: Outcome['task']
  name: string
  label: string
  positive: string
  /** Separated by commas. */
  classes: string
  unit: string
  low: number
  high: number
  timeUnit: string
  horizon: number
}

/** A study as a form holds it, before it is a draft. */
export interface StudyForm {
  name: string
  purpose: string
  lastDay: string
  references: {
    person: string
    ethics: string
    dpia: string
    agreement: string
    legalBasis: string
    duo: string
    retention: string
  }
  /** Ids of the other members. */
  members: string[]
  outcome: OutcomeForm
  variables: VariableForm[]
  model: 'linear' | 'mlp'
  /** Whether a linear model is fitted exactly, by sums over all rows, and not by averages. */
  fit: boolean
  /** Whether a person or a plan said so; else the form averages where hospitals would refuse an exact fit. */
  fitChosen: boolean
  /** What draws the coefficients of an exact fit towards zero: nothing, for intervals, or a ridge, for prediction. */
  penalty: ExactFit['penalty']
  /** What standard errors of an exact fit go by. */
  errors: NonNullable<ExactFit['errors']> | 'model'
  /** Hidden units of a network. */
  units: number
  intercept: Plan['intercept']
  /** Whether members judge the model after every round. */
  gate: boolean
  /** Where the numbers come from, and which they were then; null where a person chose them. */
  origin: { readonly text: string; readonly numbers: string } | null
  rounds: number
  steps: number
  batch: number
  rate: number
  l2: number
  minimumSum: number
  minimumRows: number
  answerDays: number
  computeMinutes: number
  exchangeMinutes: number
}

/** A form that is empty but for sensible numbers. */
export function emptyForm(lastDay: string): StudyForm {
  return {
    name: '',
    purpose: '',
    lastDay,
    references: { person: '', ethics: '', dpia: '', agreement: '', legalBasis: '', duo: '', retention: '' },
    members: [],
    outcome: outcomeForm({}),
    variables: [],
    model: 'linear',
    fit: true,
    fitChosen: false,
    penalty: 'ridge',
    errors: 'model',
    units: 16,
    intercept: 'private',
    gate: true,
    origin: null,
    rounds: 60,
    steps: 10,
    batch: 32,
    rate: 0.1,
    l2: 0.01,
    minimumSum: 4,
    minimumRows: FEWEST_ROWS,
    answerDays: 7,
    computeMinutes: 10,
    exchangeMinutes: 2,
  }
}

/** An outcome for the form: whether something happens, where nothing else is said. */
export function outcomeForm(known: Partial<OutcomeForm>): OutcomeForm {
  const named = { task: 'binary' as const, name: '', label: '', positive: '' }
  return { ...named, classes: '', unit: '', low: 0, high: 100, timeUnit: 'd', horizon: 365, ...known }
}

/** A variable for the form, from a declared one or empty of a type. */
export function variableForm(from: Variable | Variable['type']): VariableForm {
  const blank = { name: '', label: '', unit: '', low: 0, high: 100, categories: '' }
  // A symbol is a key that no other variable has.
  if (typeof from === 'string') return { key: Symbol(from), type: from, ...blank, kept: null }
  return { ...blank, ...shownOf(from), key: Symbol(from.name), type: from.type, kept: from }
}

function shownOf(variable: Variable): Partial<VariableForm> {
  const { name, label } = variable
  if (variable.type === 'boolean') return { name, label }
  if (variable.type === 'category') return { name, label, categories: variable.categories.join(', ') }
  return { name, label, unit: variable.unit ?? '', low: variable.low, high: variable.high }
}

/** Variables for the form from those that the engine drew up: a range that is not known stays empty, for a person to type. */
export function variableForms(drafts: readonly VariableDraft[]): VariableForm[] {
  return drafts.map(({ type, name, unit, low, high, categories }) => ({
    ...variableForm(type),
    name,
    unit: unit ?? '',
    low: low ?? Number.NaN,
    high: high ?? Number.NaN,
    categories: categories.join(', '),
  }))
}
