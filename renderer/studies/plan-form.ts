import type { Input } from '#contract/calls.ts'
import type { OutcomeSource } from '#domain/dataset.ts'
import type { Plan } from '#domain/plan.ts'
import type { StudyForm } from './form.ts'
import { draftFrom, numbersOf } from './study-draft.ts'

type Parts = Omit<Input<'plans.search'>, 'dataset' | 'hospitals' | 'seconds'>

/** The form with a plan's numbers in it, and where they come from. */
export function takePlan(form: StudyForm, plan: Plan): StudyForm {
  const { model, l2, local, rounds, intercept, origin } = plan
  const next: StudyForm = {
    ...form,
    model: model.kind,
    fit: plan.fit !== undefined,
    fitChosen: true,
    penalty: plan.fit?.penalty ?? form.penalty,
    errors: plan.fit ? (plan.fit.errors ?? 'model') : form.errors,
    units: model.kind === 'mlp' ? (model.layers[0]?.units ?? form.units) : form.units,
    steps: local.steps === 'epoch' ? form.steps : local.steps,
    ...{ rate: local.learningRate, batch: local.batch, l2 },
    ...(plan.fit ? {} : { rounds, intercept }),
  }
  return { ...next, origin: { text: origin, numbers: JSON.stringify(numbersOf(next)) } }
}

/** What a search needs of the form; null while the form does not say it. `column` holds the outcome, where it is known. */
export function searchOf(form: StudyForm, column = '', event = ''): Parts | null {
  // A study is named and meant for something only when it is signed.
  // What is searched for are the numbers of averaged training: an exact fit has none.
  const named = { ...form, fit: false, name: form.name || '-', purpose: form.purpose || '-' }
  const draft = draftFrom(named, [])
  if (!draft || form.variables.length === 0) return null
  const { variables, outcome, plan, rules } = draft
  return { variables, outcome, plan, rules, source: column === '' ? null : sourceOf(form, column, event) }
}

/** Answers that mean yes in most tables, beside the form's own word. */
const YES = ['1', 'yes', 'true', 'Y']

function sourceOf({ outcome }: StudyForm, column: string, event: string): OutcomeSource | null {
  if (outcome.task === 'regression') return { rule: 'number', column, scale: null }
  if (outcome.task === 'multiclass') return { rule: 'class', column, values: {} }
  if (outcome.task === 'binary') {
    return { rule: 'equals', column, positive: [outcome.positive.trim(), ...YES].filter(Boolean) }
  }
  return event === '' ? null : { rule: 'survival', time: column, event, happened: YES }
}
