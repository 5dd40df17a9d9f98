import { expect, test } from 'vitest'
import type { FiguresView } from '#contract/views.ts'
import type { Outcome } from '#domain/variable.ts'
import { benefitLines, type ConsentHistory } from '#engine/consent-benefit.ts'

const binary: Outcome = { task: 'binary', name: 'death', label: '', positive: 'died' }
const nothing: ConsentHistory = {
  ...{ trained: 0, voided: 0, losses: null, gaps: { all: 0, ours: 0 }, votes: null, rolledBack: [] },
  ...{ convicted: [], heldOut: null, result: null, earlier: null },
}
const figures = (auc: number | null, more: Partial<FiguresView> = {}): FiguresView => ({
  ...{ rows: 101, events: 40, auc, logLoss: 0.5, brier: 0.2, accuracy: 0.7 },
  ...more,
})
const told = (history: Partial<ConsentHistory>, outcome: Outcome = binary) =>
  benefitLines({ ...nothing, ...history }, outcome, 101).join('\n')
const groups = [
  {
    name: 'sex',
    label: 'women',
    rows: 40,
    events: 20,
    alone: null,
    shared: { value: 0.9, low: 0.8, high: 1 },
  },
  {
    name: 'sex',
    label: 'men',
    rows: 61,
    events: 20,
    alone: null,
    shared: { value: 0.81, low: 0.7, high: 0.9 },
  },
]
const result = {
  ...{ shared: figures(0.88), alone: figures(0.84), subgroups: groups },
  difference: { value: 0.04, low: -0.01, high: 0.09 },
  worth: {
    measure: 'logLoss' as const,
    gain: { value: 0.012, low: -0.02, high: 0.044 },
    verdict: 'none' as const,
  },
}

test('before the rounds it says that nothing is known, who will judge, and what the version before came to', () => {
  const fresh = told({})
  expect(fresh).toContain('nothing is known about the benefit for our patients')
  expect(fresh).toContain('judged here on 101 patients of ours that it never trains on')
  expect(told({ earlier: { version: 3, result } })).toContain(
    "In version 3, on 101 held-out patients of ours the shared model's AUC was 0.88, that of our own model alone 0.84.",
  )
})

test('during the rounds it says how the model came to do on our held-out patients, and what was rolled back', () => {
  const heldOut = { first: { round: 2, figures: figures(0.7) }, last: { round: 9, figures: figures(0.82) } }
  const midway = told({ trained: 8, heldOut, rolledBack: [5] })
  expect(midway).toContain('AUC went from 0.70 after round 2 to 0.82 after round 9.')
  expect(midway).toContain('WARNING: most members found the model of these rounds worse')
  expect(midway).toContain('are judged when the last round is over')
  const once = { first: heldOut.first, last: heldOut.first }
  expect(told({ trained: 1, heldOut: once })).toContain("the shared model's AUC was 0.70 after round 2.")
  const unknown = { first: { round: 2, figures: figures(null) }, last: { round: 2, figures: figures(null) } }
  expect(told({ trained: 1, heldOut: unknown })).toContain('cannot be told')
})

test('after the rounds it sets the shared model against ours alone, with how sure that is and the groups apart', () => {
  const after = told({ trained: 8, result })
  expect(after).toContain('The last round is over. On 101 held-out patients of ours')
  expect(after).toContain(
    'No measurable gain for our patients: 0.012 in the log-loss (95% interval -0.020 to 0.044',
  )
  const harm = told({ trained: 8, result: { ...result, worth: { ...result.worth, verdict: 'harm' } } })
  expect(harm).toContain('It is WORSE for our patients than our own model')
  expect(told({ trained: 8, result: { ...result, worth: null } })).toContain('cannot be told: too few')
  expect(after).toContain('Shared minus alone: +0.04 AUC, between −0.01 and +0.09 with 95% confidence.')
  expect(after).toContain(
    'best within sex women (0.90 AUC, 40 patients), worst within sex men (0.81 AUC, 61 patients)',
  )
  expect(after).not.toContain('are judged when the last round is over')
})

test('each kind of outcome is told by its own measure', () => {
  const of = (shared: Partial<FiguresView>, outcome: Outcome) =>
    told({ trained: 1, result: { shared: figures(null, shared), alone: null } }, outcome)
  const named = { name: 'y', label: '' }
  const stay: Outcome = { task: 'regression', ...named, unit: 'd', low: 0, high: 60 }
  expect(of({ mae: 2.2134 }, stay)).toContain('mean miss (in "d", lower is better) was 2.21.')
  const death: Outcome = { task: 'survival', ...named, timeUnit: 'd', horizon: 365 }
  expect(of({ cIndex: 0.71 }, death)).toContain('share of pairs in the right order was 0.71.')
  const stage: Outcome = { task: 'multiclass', ...named, classes: ['a', 'b', 'c'] }
  expect(of({ accuracy: 0.6 }, stage)).toContain('share of right classes was 0.60.')
})
