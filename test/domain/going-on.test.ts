import { describe, expect, test } from 'vitest'
import { hashOf } from '#domain/canonical.ts'
import { startFault, startFrom, whyAnew } from '#domain/going-on.ts'
import { baseOf, nextRound, standing, type Decided, type RoundKind } from '#domain/round.ts'
import type { Study } from '#domain/study.ts'
import { simulatedStudy } from '../simulation/study.ts'

const ids = ['a', 'b', 'c', 'd'].map((id) => ({ id }))
const study = simulatedStudy(ids, 2, 0, { votes: true })
const fine = { better: 3, same: 0, worse: 0, of: 3 }
const worse = { better: 0, same: 0, worse: 3, of: 3 }

const sum = (round: number, kind: RoundKind, name: string, ballot?: Decided['ballot']): Decided => {
  const artefact = hashOf(name)
  const outcome = { result: 'sum', roster: artefact, ctx: artefact, sum: artefact, artefact } as const
  return { round, kind, attempt: 0, outcome, ...(ballot ? { ballot } : {}) }
}
const decided = [
  sum(1, 'statistics', 'statistics'),
  sum(2, 'training', 'first'),
  sum(3, 'training', 'second', fine),
]
const before = { study, decided }
const nextOf = (changes: Partial<Study> = {}): Study => ({
  ...simulatedStudy(ids.slice(0, 3), 2, 0, { votes: true }),
  version: 2,
  previous: hashOf('version 1'),
  ...changes,
})
const version = (after = decided, changes: Partial<Study> = {}): Study => {
  const next = nextOf(changes)
  return { ...next, start: startFrom({ study, decided: after }, next)! }
}
const ofVersion1 = (round: number, name: string) => ({ version: 1, round, artefact: hashOf(name) })

describe('a version goes on', () => {
  test('from the last statistics and the model in force, without a round of statistics', () => {
    const next = version()
    expect(next.start).toEqual({
      after: 3,
      statistics: ofVersion1(1, 'statistics'),
      model: ofVersion1(3, 'second'),
    })
    expect(nextRound(next, [])).toEqual({ round: 1, kind: 'training' })
    expect(baseOf(next, [])).toBe(hashOf('second'))
  })

  test('to rounds of its own, and back to where it began where members find its models worse', () => {
    const next = version()
    const one = sum(1, 'training', 'third')
    expect(nextRound(next, [one])).toEqual({ round: 2, kind: 'training' })
    expect(nextRound(next, [one, sum(2, 'training', 'fourth', fine)])).toMatchObject({ kind: 'evaluation' })
    expect(baseOf(next, [one], worse)).toBe(hashOf('second'))
    expect(standing(next, [one]).best?.artefact).toBe(hashOf('second'))
  })

  test('from the statistics alone where nothing was trained, or where the model is another one', () => {
    expect(baseOf(version(decided.slice(0, 1)), [])).toBe(hashOf('statistics'))
    const linear = nextOf()
    const other = { ...linear.plan, outer: { kind: 'momentum', learningRate: 1, momentum: 0.9 } } as const
    expect(version(decided, { plan: other }).start).toMatchObject({ after: 3, model: null })
    const steps = { ...linear.plan, local: { ...linear.plan.local, learningRate: 0.05, steps: 2 } }
    expect(version(decided, { plan: steps }).start?.model).toEqual(ofVersion1(3, 'second'))
  })

  test('over versions that came to nothing themselves', () => {
    const third = nextOf({ version: 3 })
    expect(startFrom({ study: version(), decided: [] }, third)).toEqual({ ...version().start, after: 0 })
  })

  test('not from a model that was rolled back', () => {
    const gone = [...decided, sum(4, 'training', 'third', worse)]
    expect(version(gone).start?.model).toEqual(ofVersion1(4, 'third'))
    const back = [sum(1, 'statistics', 'statistics'), sum(2, 'training', 'first')]
    const after = [...back, sum(3, 'training', 'second', fine), sum(4, 'evaluation', 'judged', worse)]
    expect(version(after).start?.model).toEqual(ofVersion1(2, 'first'))
  })
})

describe('a version begins anew', () => {
  test.each<[string, Partial<Study>]>([
    ['with a new member', { members: [...study.members, { id: 'e', name: 'New' }] }],
    ['with other variables', { variables: [...study.variables, ...study.variables] }],
    ['with another outcome', { outcome: { task: 'binary', name: 'z', label: '', positive: 'yes' } }],
    ['with values drawn in otherwise', { plan: { ...study.plan, clipping: 0.01 } }],
  ])('%s', (_, changes) => {
    expect(whyAnew(before, nextOf(changes))).not.toBeNull()
    expect(startFrom(before, nextOf(changes))).toBeNull()
  })

  test('where there are no statistics yet', () => {
    expect(startFrom({ study, decided: [] }, nextOf())).toBeNull()
    expect(nextRound(nextOf(), [])).toEqual({ round: 1, kind: 'statistics' })
  })
})

describe('what a version says that it goes on from', () => {
  const { start, ...rest } = version()

  test('is borne out by the version before, also after that went on', () => {
    const on = [...decided, sum(4, 'training', 'third', worse)]
    expect(startFault(version(), { study, decided: on })).toBeNull()
    expect(startFault(rest, null)).toBeNull()
  })

  test.each<[string, Partial<Study>]>([
    ['another model', { start: { ...start!, model: ofVersion1(3, 'poisoned') } }],
    ['a model before the last', { start: { ...start!, model: ofVersion1(2, 'first') } }],
    ['other statistics', { start: { ...start!, statistics: ofVersion1(1, 'made up') } }],
    ['another version', { version: 4 }],
    ['a version of other members', { members: [...study.members, { id: 'e', name: 'New' }] }],
    ['no version at all', { previous: null }],
  ])('is not believed of %s', (_, changes) => {
    expect(startFault({ ...version(), ...changes }, before)).not.toBeNull()
  })

  test('waits for rounds that have not arrived', () => {
    expect(startFault(version(), { study, decided: decided.slice(0, 2) })).toContain('has not arrived here')
    expect(startFault(version(), null)).toContain('do not hold')
  })
})
