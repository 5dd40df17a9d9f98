import type { WorthView } from '#contract/figures.ts'
import { expect, test } from 'vitest'
import { apart } from '#renderer/charts/apart.ts'
import { threadsOf } from '#renderer/consents/threads.ts'
import { patientOf } from '#renderer/models/patient.ts'
import { plainAddress } from '#renderer/network/address.ts'
import { sentences } from '#renderer/results/sentence.ts'
import { ballotOf } from '#renderer/rounds/ballot.ts'
import { labelsOf } from '#renderer/rounds/flock-labels.ts'
import type { Study } from '#domain/study.ts'
import { ring } from '#renderer/rounds/ring.ts'
import { behindNumber, shownUnit } from '#renderer/words/unit.ts'
import { resultsOf } from './double-rounds.ts'
import { hashOf, keyOf, nameOf, studyOf, viewOf } from './double-world.ts'

test('answers stand below their question, however deep, and an orphan stands alone', () => {
  const note = (n: number, answers: number | null, writtenAt: number) => ({
    id: hashOf(n),
    author: keyOf(n),
    answers: answers === null ? null : hashOf(answers),
    text: 'x',
    writtenAt,
  })
  const threads = threadsOf([note(3, 2, 30), note(1, null, 10), note(2, 1, 20), note(9, 8, 5)])
  expect(threads.map((one) => [one.question.id, ...one.answers.map((answer) => answer.id)])).toEqual([
    [hashOf(9)],
    [hashOf(1), hashOf(2), hashOf(3)],
  ])
})

test('in a large flock who is missing is named, and no name lies on another or leaves the picture', () => {
  const perches = ring(49, 560, 420)
  const birds = perches.map((perch, i) => ({
    perch,
    name: nameOf(i),
    state: i === 3 || i === 11 || i === 30 ? ('missing' as const) : ('in' as const),
  }))
  const labels = labelsOf(birds, 560, { left: 200, right: 360, top: 340, bottom: 420 })
  const shown = labels.flatMap((one) => (one ? [one] : []))
  expect(labels[0]).toBeNull()
  expect([labels[11], labels[30]]).not.toContain(null)
  expect(shown.length).toBeGreaterThan(8)
  for (const one of shown) {
    const end = one.x + (one.anchor === 'start' ? 1 : -1) * one.text.length * 6.4
    expect(Math.min(one.x, end)).toBeGreaterThanOrEqual(-1)
    expect(Math.max(one.x, end)).toBeLessThanOrEqual(561)
    const beside = shown.filter((other) => other !== one && other.anchor === one.anchor)
    for (const other of beside) {
      if (Math.abs(other.x - one.x) < 60) expect(Math.abs(other.y - one.y)).toBeGreaterThanOrEqual(14)
    }
  }
})

test('a form of strings becomes a patient', () => {
  const { variables } = studyOf('Heart', 4)
  expect(patientOf(variables, { age: 61, male: '0', cp: '2', chol: '' })).toEqual({
    age: 61,
    male: 0,
    cp: '2',
    trestbps: null,
    chol: null,
    exang: null,
  })
})

function worth(measure: WorthView['measure'], value: number, half: number, verdict: WorthView['verdict']) {
  return { measure, gain: { value, low: value - half, high: value + half }, verdict }
}

test('a result is told in the words of its task', () => {
  const results = resultsOf(viewOf(25, 'x', 4, 'finished', 24))
  const blank = { auc: null, logLoss: null, brier: null, accuracy: null, events: null, rows: 50 }
  const { plan } = viewOf(25, 'x', 4, 'finished', 24).study
  const of = (outcome: Study['outcome']) => ({ outcome, plan })
  const told = (outcome: Study['outcome'], shared: object, alone: object) =>
    sentences(
      { ...results, shared: { ...blank, ...shared }, alone: { ...blank, ...alone } },
      of(outcome),
    )?.[0]
  const named = { name: 'y', label: '' }
  const stay = { task: 'regression' as const, ...named, unit: 'd', low: 0, high: 60 }
  expect(told(stay, { mae: 2.1 }, { mae: 2.6 })).toBe(
    'On average the shared model misses by 2.1 days; your own, by 2.6 days.',
  )
  const death = { task: 'survival' as const, ...named, timeUnit: 'd', horizon: 365 }
  expect(told(death, { cIndex: 0.71 }, { cIndex: null })).toMatch(/rightly of 71 whom/)
  const kind = { task: 'multiclass' as const, ...named, classes: ['a', 'b', 'c'] }
  expect(told(kind, { accuracy: 0.66 }, { accuracy: 0.6 })).toMatch(/66 of 100.*for 60/)
  expect(sentences({ ...results, shared: null }, of(kind))).toBeNull()

  // Whether it is worth it comes with its interval, and in the unit of the outcome.
  const missed = { shared: { ...blank, mae: 2.1 }, alone: { ...blank, mae: 2.6 } }
  const lines = sentences({ ...results, ...missed, worth: worth('mae', 0.5, 0.2, 'gain') }, of(stay))?.join(
    ' ',
  )
  expect(lines).toContain('the shared model is better by 0.5 days of mean miss.')
  expect(lines).toContain('from +0.3 days to +0.7 days; a plus is in favour of the shared model')
  const pairs = { shared: { ...blank, cIndex: 0.66 }, alone: { ...blank, cIndex: 0.71 } }
  const worse = sentences({ ...results, ...pairs, worth: worth('cIndex', -0.05, 0.02, 'harm') }, of(death))
  expect(worse?.join(' ')).toContain(
    'Worse for you: on your held-out patients your own model is better by 0.050 of all pairs.',
  )
  const none = sentences(
    { ...results, ...pairs, worth: worth('cIndex', 0.004, 0.02, 'none') },
    of(death),
  )?.join(' ')
  expect(none).toContain('No measurable gain')
  expect(none).toContain('from −0.016 to +0.024')
  expect(sentences({ ...results, ...pairs, worth: null }, of(death))?.join()).toContain(
    'cannot be told: too few',
  )
})

test('names at the ends of lines are moved apart as little as it takes, in their order', () => {
  expect(apart([10, 50, 90], 15)).toEqual([10, 50, 90])
  expect(apart([20, 20, 20], 10).toSorted((a, b) => a - b)).toEqual([10, 20, 30])
  const moved = apart([100, 40, 44], 15)
  expect(moved[2]! - moved[1]!).toBeGreaterThanOrEqual(15)
  expect(moved[0]).toBe(100)
})

test('votes are counted among those whose numbers were in the sum', () => {
  const member = (n: number, state: 'in' | 'missing') => ({ id: keyOf(n), state, reason: null })
  const members = [member(0, 'in'), member(1, 'in'), member(2, 'missing'), member(3, 'in')]
  const votes = [0, 1].map((n) => ({ id: keyOf(n), vote: 'worse' as const }))
  expect(ballotOf({ members, votes })).toEqual({ better: 0, same: 0, worse: 2, of: 3 })
  expect(ballotOf({ members })).toEqual({ better: 0, same: 0, worse: 0, of: 3 })
})

test('units and addresses are written as their readers know them', () => {
  expect([shownUnit('a'), shownUnit('mm[Hg]'), shownUnit('mg/dL'), shownUnit(null)]).toEqual([
    ...['years', 'mmHg', 'mg/dL', ''],
  ])
  expect([behindNumber('d'), behindNumber('%'), behindNumber(undefined)]).toEqual([' days', '%', ''])
  expect(plainAddress('/ip4/192.168.1.20/tcp/4101')).toBe('192.168.1.20:4101')
  expect(plainAddress('/ip6/::1/tcp/4101')).toBe('[::1]:4101')
  expect(plainAddress('/ip4/1.2.3.4/tcp/1/p2p/x')).toBe('/ip4/1.2.3.4/tcp/1/p2p/x')
})
