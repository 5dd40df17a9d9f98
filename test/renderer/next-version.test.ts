import { describe, expect, test } from 'vitest'
import * as v from 'valibot'
import { StudyDraft } from '#contract/calls.ts'
import { describeStart } from '../../renderer/studies/describe.ts'
import { nextVersionOf } from '../../renderer/studies/next-version.ts'
import { hashOf, NOW, studyOf } from './double-world.ts'

const study = studyOf('Heart disease', 4)
const view = { id: hashOf(1), study }
const changes = { members: study.members.slice(0, 3), rounds: 5, lastDay: '2030-01-30' }

describe('the next version of a study', () => {
  test('is the same for fewer members and further rounds, after the one that it is made of', () => {
    const draft = nextVersionOf(view, changes, NOW)!
    expect(v.parse(StudyDraft, draft)).toEqual(draft)
    expect(draft).toMatchObject({ previous: view.id, plan: { ...study.plan, rounds: 5 } })
    expect(draft.rules.minimumSum).toBe(3)
    expect([draft.variables, draft.outcome]).toEqual([study.variables, study.outcome])
    expect(draft).not.toHaveProperty('start')
  })

  test.each([
    ['two members', { members: study.members.slice(0, 2) }],
    ['no round', { rounds: 0 }],
    ['half a round', { rounds: 1.5 }],
    ['an end in the past', { lastDay: '2020-01-30' }],
    ['no end', { lastDay: '' }],
  ])('is none with %s', (_, change) => {
    expect(nextVersionOf(view, { ...changes, ...change }, NOW)).toBeNull()
  })
})

test('a version says what it goes on from, a first one nothing', () => {
  const { start, ...anew } = study
  expect(describeStart(study)).toBe('the statistics of version 1 and its model of round 8')
  const older = {
    ...start!,
    statistics: { ...start!.statistics, version: 1 },
    model: { ...start!.model!, version: 2 },
  }
  expect(describeStart({ ...study, start: older })).toContain('the model of round 8 of version 2')
  expect(describeStart({ ...study, start: { ...start!, model: null } })).toContain('training began anew')
  expect(describeStart(anew)).toContain('statistics of its own')
  expect(describeStart({ ...anew, previous: null })).toBeNull()
})
