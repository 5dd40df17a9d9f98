import * as v from 'valibot'
import { StudyDraft } from '#contract/calls.ts'
import { FEWEST_ROWS } from '#domain/floors.ts'
import { CONVERGED, EXACT, interceptOf, MOST_FIT_ROUNDS, type Plan, PREDICTIVE } from '#domain/plan.ts'
import { plainTexts } from '#domain/plain-text.ts'
import type { Member, Study } from '#domain/study.ts'
import type { Outcome, Variable } from '#domain/variable.ts'
import { endOf } from '../consents/decision.ts'
import { words } from '../words/words.ts'
import type { OutcomeForm, StudyForm, VariableForm } from './form.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const FEWEST_OTHERS = 2
const FEWEST_CLASSES = 3
const FARTHEST = 8.64e15
/** Public weights: a hospital counts as the largest band that its rows reach. */
const BANDS = [16, 32, 64, 96, 128, 160, 192, 256, 320, 384, 512, 768, 1024, 1536, 2048, 4096, 8192, 16_384]

const listed = (text: string) =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean)

/** What must be mended before the study can be signed, in the order of the form. */
export function problemsOf(form: StudyForm, now: number): string[] {
  const w = words.propose
  const problems: [boolean, string][] = [
    [form.name.trim() === '', w.needName],
    [form.purpose.trim() === '', w.needPurpose],
    [!(endOf(form.lastDay, FARTHEST) > now), w.needExpiry],
    [form.members.length < FEWEST_OTHERS, w.needMembers],
    [form.outcome.name.trim() === '', w.needOutcome],
    ...outcomeProblems(form.outcome),
    [form.variables.length === 0, w.needVariables],
    [hasNameTwice(form.variables), w.needVariableName],
    ...form.variables.flatMap(variableProblems),
    [!(form.rounds >= 1), w.needRounds],
    [!(form.minimumRows >= FEWEST_ROWS), w.needMinimumRows(FEWEST_ROWS)],
  ]
  return problems.filter(([wrong]) => wrong).map(([, sentence]) => sentence)
}

function outcomeProblems({
  task,
  positive,
  classes,
  low,
  high,
  timeUnit,
  horizon,
}: OutcomeForm): [boolean, string][] {
  const w = words.propose
  if (task === 'binary') return [[positive.trim() === '', w.needPositive]]
  if (task === 'multiclass') return [[new Set(listed(classes)).size < FEWEST_CLASSES, w.needClasses]]
  if (task === 'regression') return [[!(low < high), w.needOutcomeRange]]
  return [[timeUnit.trim() === '' || !(horizon > 0), w.needHorizon]]
}

function outcomeOf(form: OutcomeForm): Outcome {
  const { task } = form
  const common = { name: form.name.trim(), label: form.label.trim() }
  if (task === 'binary') return { task, ...common, positive: form.positive.trim() }
  if (task === 'multiclass') return { task, ...common, classes: [...new Set(listed(form.classes))] }
  if (task === 'regression') {
    return { task, ...common, unit: form.unit.trim() || null, low: form.low, high: form.high }
  }
  return { task, ...common, timeUnit: form.timeUnit.trim(), horizon: form.horizon }
}

function hasNameTwice(variables: readonly VariableForm[]): boolean {
  const names = variables.map((one) => one.name.trim())
  return names.includes('') || new Set(names).size < names.length
}

function variableProblems({ type, name, low, high, categories }: VariableForm): [boolean, string][] {
  const w = words.propose
  if (type === 'number') return [[!(low < high), w.needRange(name)]]
  return type === 'category' ? [[listed(categories).length < 2, w.needCategories(name)]] : []
}

/** The study to sign, or null where a number is outside what the format allows. Members in the order given, ours first. */
export function draftFrom(form: StudyForm, members: readonly Member[]): StudyDraft | null {
  const { references: r } = form
  const parsed = v.safeParse(
    StudyDraft,
    plainTexts({
      name: form.name.trim(),
      previous: null,
      purpose: form.purpose.trim(),
      references: { ...r, duo: listed(r.duo) },
      members,
      variables: form.variables.map(variableOf),
      outcome: outcomeOf(form.outcome),
      plan: planOf(form),
      privacy: { kind: 'masked' },
      rules: rulesOf(form, members.length),
      expiresAt: endOf(form.lastDay, FARTHEST),
    }),
  )
  return parsed.success ? parsed.output : null
}

/** The study as it will be signed and sent, but for the moment of its signature; null where the form is no study yet. */
export function studyFrom(form: StudyForm, members: readonly Member[], now: number): Study | null {
  const draft = draftFrom(form, members)
  return draft && { kind: 'study', ...draft, version: 1, createdAt: now }
}

function variableOf({ type, name, label, unit, low, high, categories, kept }: VariableForm): Variable {
  const common = { name: name.trim(), label: label.trim() }
  if (type === 'number') {
    const rules =
      kept?.type === 'number' ? kept : { missing: 'mean-and-indicator' as const, outside: 'clip' as const }
    return { ...rules, type, ...common, unit: unit.trim() || null, low, high }
  }
  if (type === 'category') {
    const rules =
      kept?.type === 'category' ? kept : { missing: 'indicator' as const, unlisted: 'other' as const }
    return { ...rules, type, ...common, categories: listed(categories) }
  }
  return { ...(kept?.type === 'boolean' ? kept : { missing: 'indicator' as const }), type, ...common }
}

function planOf(form: StudyForm) {
  const layers = [{ units: form.units, activation: 'relu' }]
  return {
    model: form.model === 'linear' ? { kind: 'linear' } : { kind: 'mlp', layers },
    intercept: interceptFor(form),
    l2: form.l2,
    local: { optimizer: 'sgd', learningRate: form.rate, batch: form.batch, steps: form.steps },
    outer: { kind: 'average' },
    ...courseOf(form),
    origin: originOf(form),
  }
}

/** How training goes on and ends. An exact fit ends by itself, and no votes take it back. */
function courseOf(form: StudyForm) {
  const rounds = roundsOf(form)
  const errors = errorsOf(form)
  if (isExact(form)) {
    const fit = form.penalty === 'none' ? EXACT : PREDICTIVE
    return { fit: errors === 'model' ? fit : { ...fit, errors }, rounds }
  }
  return { rounds, ...(form.gate ? { gate: 'votes', stopping: CONVERGED } : {}) }
}

/** How the level of the outcome is fitted: as goes with an exact fit, else as the form has it. */
export function interceptFor(form: StudyForm): Plan['intercept'] {
  return isExact(form) ? interceptOf(form.outcome.task, form) : form.intercept
}

/** The most rounds of training that the study has. */
export function roundsOf(form: StudyForm): number {
  return isExact(form) ? MOST_FIT_ROUNDS : form.rounds
}

/** Whether the study fits its model exactly: linear ones only. */
export function isExact({ model, fit }: Pick<StudyForm, 'model' | 'fit'>): boolean {
  return model === 'linear' && fit
}

/** What standard errors go by: the model's own where there are none, and of times. */
export function errorsOf(form: StudyForm): StudyForm['errors'] {
  return form.penalty === 'none' && form.outcome.task !== 'survival' ? form.errors : 'model'
}

/** The numbers of a plan that a person can change. */
export function numbersOf(form: StudyForm) {
  const { model, fit, penalty, errors, units, steps, rate, batch, l2, rounds, intercept } = form
  return { model, fit, penalty, errors, units, steps, rate, batch, l2, rounds, intercept }
}

/** Where the plan came from, and whether it was changed since; empty for one made by hand. */
function originOf(form: StudyForm): string {
  if (!form.origin) return ''
  const isSame = form.origin.numbers === JSON.stringify(numbersOf(form))
  return isSame ? form.origin.text : form.origin.text + words.planning.changed
}

function rulesOf(form: StudyForm, members: number) {
  return {
    minimumSum: Math.max(3, Math.min(form.minimumSum, members)),
    weightBands: BANDS,
    minimumRows: form.minimumRows,
    // Room for as many void rounds as good ones, and for statistics and evaluation.
    lastRound: Math.min(20_000, roundsOf(form) * 2 + 10),
    pace: {
      answer: form.answerDays * DAY,
      compute: form.computeMinutes * MINUTE,
      exchange: form.exchangeMinutes * MINUTE,
    },
  }
}
