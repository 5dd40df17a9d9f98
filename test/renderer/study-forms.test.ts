import * as v from 'valibot'
import { expect, test } from 'vitest'
import { StudyDraft } from '#contract/calls.ts'
import { Mapping } from '#domain/dataset.ts'
import { EXACT, MOST_FIT_ROUNDS, PREDICTIVE } from '#domain/plan.ts'
import { draftOf, mappingOf } from '#renderer/mapping/draft.ts'
import { explainPlan } from '#renderer/studies/explain.ts'
import { outcomeForm, variableForms } from '#renderer/studies/form.ts'
import { searchOf, takePlan } from '#renderer/studies/plan-form.ts'
import { draftFrom, problemsOf, studyFrom } from '#renderer/studies/study-draft.ts'
import { formOf } from '#renderer/studies/templates.ts'
import { checkBuilt } from '#trainer/built.ts'
import { keyOf, nameOf, NOW, studyOf } from './double-world.ts'
import { datasetOf } from './double-data.ts'

const members = [0, 1, 2, 3].map((n) => ({ id: keyOf(n), name: nameOf(n) }))
const ready = () => ({ ...formOf('heart', '2027-05-01'), members: members.slice(1).map((one) => one.id) })

test('each template becomes a study that the format takes', () => {
  for (const template of ['heart', 'stroke'] as const) {
    const form = { ...formOf(template, '2027-05-01'), members: ['a', 'b'] }
    expect(problemsOf(form, NOW)).toEqual([])
    const draft = draftFrom(form, members)
    expect(v.safeParse(StudyDraft, draft).success).toBe(true)
    expect(draft?.members[0]?.id).toBe(keyOf(0))
  }
})

test('an empty form says everything that is missing, and a bad number is refused', () => {
  expect(problemsOf(formOf('blank', ''), NOW).length).toBeGreaterThanOrEqual(7)
  expect(draftFrom({ ...ready(), batch: 4 }, members)).toBeNull()
  expect(draftFrom({ ...ready(), fit: false, rounds: 2.5 }, members)).toBeNull()
})

test('two variables of one name, a range upside down and a lone category are named', () => {
  const form = ready()
  form.variables[1] = { ...form.variables[1]!, name: 'age' }
  form.variables[3] = { ...form.variables[3]!, low: 5, high: 5 }
  form.variables[2] = { ...form.variables[2]!, categories: 'only' }
  expect(problemsOf(form, NOW)).toHaveLength(3)
})

test('a range that nobody knows stays open until a person types it', () => {
  const none = { unit: null, low: null, high: null, categories: [] }
  const form = { ...ready(), variables: variableForms([{ ...none, type: 'number', name: 'quux' }]) }
  expect(problemsOf(form, NOW)).toEqual(['quux: the lowest value must be under the highest.'])
  form.variables[0] = { ...form.variables[0]!, low: 0, high: 50 }
  expect(problemsOf(form, NOW)).toEqual([])
})

test('a linear model is fitted exactly where nobody says otherwise: then nothing else ends or steers it, and the form is that of its plan again', () => {
  const form = ready()
  const draft = draftFrom(form, members)!
  const exactly = { rounds: MOST_FIT_ROUNDS, stopping: { kind: 'never' } }
  expect(draft.plan).toMatchObject({ ...exactly, fit: PREDICTIVE, intercept: 'random' })
  expect(draft.plan.gate).toBeUndefined()
  const built = (one: typeof draft) => checkBuilt({ ...one, rules: { ...one.rules, weightBands: [20] } })
  expect(() => built(draft)).not.toThrow()
  expect(explainPlan(form)).toContain('Up to 20 times over')
  expect(explainPlan(form)).toContain('without intervals')
  expect(explainPlan(form)).toContain('drawn to that of all')
  expect(takePlan({ ...ready(), fit: false, penalty: 'none' }, draft.plan)).toMatchObject({
    fit: true,
    penalty: 'ridge',
  })
  const forIntervals = draftFrom({ ...form, penalty: 'none' }, members)!
  expect(forIntervals.plan).toMatchObject({ ...exactly, fit: EXACT, intercept: 'private' })
  expect(() => built(forIntervals)).not.toThrow()
  expect(takePlan(ready(), forIntervals.plan).penalty).toBe('none')
  // Averages have votes and a private intercept, as the plan of a form that once was exact has.
  const averaged = draftFrom({ ...takePlan(ready(), draft.plan), fit: false }, members)!
  expect(averaged.plan).toMatchObject({ intercept: 'private', gate: 'votes', rounds: 60 })
  expect(averaged.plan.fit).toBeUndefined()
  const robust = draftFrom({ ...form, penalty: 'none', errors: 'robust' }, members)!
  expect(robust.plan.fit?.errors).toBe('robust')
  expect(takePlan(ready(), robust.plan).errors).toBe('robust')
  expect(explainPlan({ ...form, penalty: 'none', errors: 'clustered' })).toContain('clustered by hospital')
  // A penalty gives no intervals: there is nothing to be robust.
  expect(
    draftFrom({ ...form, penalty: 'ridge', errors: 'robust' }, members)!.plan.fit?.errors,
  ).toBeUndefined()
  // A network has no one optimum: the choice means nothing there.
  expect(draftFrom({ ...form, model: 'mlp' }, members)!.plan).toMatchObject({ intercept: 'private' })
  expect(draftFrom({ ...form, model: 'mlp' }, members)!.plan.fit).toBeUndefined()
  // A search looks for the numbers of averaged training.
  expect(searchOf(form, 'num')!.plan.fit).toBeUndefined()
})

test('what is shown before the signature is what is sent', () => {
  const form = { ...ready(), purpose: 'To\u200b help.' }
  const study = studyFrom(form, members, NOW)
  expect(study).toMatchObject({ ...draftFrom(form, members), kind: 'study', version: 1, purpose: 'To help.' })
})

test('columns of the same name are proposed, and what was saved comes back the same', () => {
  const study = studyOf('Heart', 4)
  const dataset = datasetOf('heart1234567', 'heart', 303)
  const draft = draftOf(study, dataset, null)
  expect(draft.variables['chol']).toMatchObject({ column: 'chol', guessed: true })
  expect(draft.variables['male']).toMatchObject({ column: '', guessed: false })
  expect(mappingOf(draft)).toBeNull()

  const saved: Mapping = v.parse(Mapping, {
    variables: {
      age: { column: 'age', missingCodes: ['?'] },
      male: { column: 'sex', values: { '0': 'no', '1': 'yes' } },
      chol: { column: 'chol', scale: { factor: 38.67, offset: 0 } },
    },
    outcome: { rule: 'above', column: 'num', threshold: 0 },
    holdout: { kind: 'rows', rows: [1, 5, 9] },
  })
  const again = mappingOf(draftOf(study, dataset, saved))
  expect(again?.outcome).toEqual(saved.outcome)
  expect(again?.holdout).toEqual(saved.holdout)
  for (const [name, source] of Object.entries(saved.variables)) expect(again?.variables[name]).toEqual(source)
})

test('a study of each kind of outcome is what the format takes and the trainer trains', () => {
  const outcomes = [
    [
      { task: 'multiclass', classes: 'PACS, TACS, LACS, PACS' },
      { task: 'multiclass', classes: ['PACS', 'TACS', 'LACS'] },
    ],
    [
      { task: 'regression', unit: 'd', low: 0, high: 60 },
      { task: 'regression', unit: 'd', low: 0, high: 60 },
    ],
    [
      { task: 'survival', timeUnit: 'd', horizon: 180 },
      { task: 'survival', timeUnit: 'd', horizon: 180 },
    ],
  ] as const
  for (const [given, expected] of outcomes) {
    const form = { ...ready(), outcome: outcomeForm({ name: 'y', label: 'Y', ...given }) }
    expect(problemsOf(form, NOW)).toEqual([])
    const draft = draftFrom(form, members)
    expect(draft?.outcome).toEqual({ name: 'y', label: 'Y', ...expected })
    const { variables, plan, rules, outcome } = draft!
    expect(() => checkBuilt({ variables, plan, rules, outcome })).not.toThrow()
    expect(explainPlan(form)).toContain('Up to 20 times over')
  }
})

test('an outcome that is not told whole is named', () => {
  const wrong = [
    { task: 'multiclass', classes: 'a, b, a' },
    { task: 'regression', low: 3, high: 3 },
    { task: 'survival', horizon: 0 },
    { task: 'binary', positive: ' ' },
  ] as const
  for (const outcome of wrong) {
    expect(problemsOf({ ...ready(), outcome: outcomeForm({ name: 'y', ...outcome }) }, NOW)).toHaveLength(1)
  }
})
