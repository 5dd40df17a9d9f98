import { describe, expect, test } from 'vitest'
import { checkStudy, shapeFaults, studyFaults, type Proposing } from '#domain/study-check.ts'
import { aStudy, ids } from './a-study.ts'

const [first, second, third, fourth] = ids as [string, string, string, string]
const context: Proposing = {
  me: first,
  known: new Set([second, third]),
  now: 2_000,
  previous: null,
  shapes: [{ length: 100, bound: 1_000 }],
}

test('a study that can run is let through', () => {
  expect(() => checkStudy(aStudy(), context)).not.toThrow()
})

const rules = aStudy().rules
const plan = aStudy().plan
const member = (id: string) => ({ id, name: id.slice(-4) })

const network = { kind: 'mlp' as const, layers: [{ units: 4, activation: 'relu' as const }] }

function curved(knots: number[], changes: object = {}) {
  const variables = [{ type: 'number' as const, name: 'age', unit: 'a', low: 18, high: 100, knots }]
  return aStudy({ variables, plan: { ...plan, ...changes } })
}

describe('a study is refused in one sentence when', () => {
  test.each([
    ['a member is in it twice', aStudy({ members: [first, first, second].map(member) }), 'member twice'],
    ['its members are in no order', aStudy({ members: [second, first, third].map(member) }), 'order'],
    [
      'whoever proposes is no member',
      aStudy({ members: [second, third, fourth].map(member) }),
      'must be a member',
    ],
    ['we do not know a member', aStudy({ members: [first, second, fourth].map(member) }), 'do not know'],
    ['two variables have one name', aStudy({ variables: [boolean('x'), boolean('x')] }), 'called "x"'],
    ['a variable is the outcome', aStudy({ variables: [boolean('disease')] }), 'called "disease"'],
    [
      'a range is empty',
      aStudy({ variables: [{ type: 'number', name: 'n', unit: null, low: 5, high: 5 }] }),
      'range',
    ],
    [
      'a category is there twice',
      aStudy({ variables: [{ type: 'category', name: 'c', categories: ['a', 'a'] }] }),
      'twice',
    ],
    ['its knots do not ascend', curved([50, 40, 60]), 'must ascend'],
    ['its knots lie outside the range', curved([10, 40, 60]), 'within its range'],
    ['its knots fall together', curved([40, 40, 60]), 'well apart'],
    ['a network has knots', curved([40, 50, 60], { model: network }), 'Only a linear model'],
    ['knots meet drawn-in values', curved([40, 50, 60], { clipping: 0.01 }), 'do not go together'],
    ['a sum needs more than all', aStudy({ rules: { ...rules, minimumSum: 4 } }), 'needs 4 members'],
    ['its bands do not rise', aStudy({ rules: { ...rules, weightBands: [40, 40] } }), 'ascending'],
    ['it trains on a few rows', aStudy({ rules: { ...rules, minimumRows: 19 } }), 'at least 20 rows'],
    ['its bands tell the rows', aStudy({ rules: { ...rules, weightBands: [20, 40, 44] } }), 'apart'],
    ['it ends before its plan does', aStudy({ rules: { ...rules, lastRound: 4 } }), 'at least 5'],
    ['it is over already', aStudy({ expiresAt: 1_500 }), 'over already'],
    ['it ends before it begins', aStudy({ createdAt: 9, expiresAt: 9 }), 'before it begins'],
  ])('%s', (_, study, words) => {
    expect(() => checkStudy(study, context)).toThrow(
      expect.objectContaining({ code: 'study-bad', message: expect.stringContaining(words) }),
    )
  })

  test('it changes nothing against the version before', () => {
    const previous = aStudy()
    expect(() => checkStudy(aStudy({ version: 2 }), { ...context, previous })).toThrow('Nothing changed')
    const longer = aStudy({ version: 2, plan: { ...plan, rounds: 4 } })
    expect(() => checkStudy(longer, { ...context, previous })).not.toThrow()
  })
})

describe('sums', () => {
  test('must not overflow: exactly at the limit is too much', () => {
    expect(shapeFaults(aStudy(), [{ length: 1, bound: 2 ** 30 / 3 }])).toHaveLength(1)
    expect(shapeFaults(aStudy(), [{ length: 1, bound: 2 ** 30 / 3 - 1 }])).toEqual([])
    expect(shapeFaults(aStudy(), [{ length: 1, bound: NaN }])).toHaveLength(1)
  })

  test('must not need more than 512 MB at a member', () => {
    const most = Math.floor((512 * 1024 * 1024) / (3 * 8))
    expect(shapeFaults(aStudy(), [{ length: most, bound: 1 }])).toEqual([])
    expect(shapeFaults(aStudy(), [{ length: most + 1, bound: 1 }])).toHaveLength(1)
  })
})

test('a received study is judged without knowing its members', () => {
  expect(studyFaults(aStudy())).toEqual([])
  expect(studyFaults(aStudy({ members: [first, first, second].map(member) }))).toHaveLength(1)
})

function boolean(name: string) {
  return { type: 'boolean', name } as const
}
