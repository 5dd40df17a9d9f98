import { expect, test } from 'vitest'
import { weightOf } from '#domain/study.ts'
import { aStudy } from '#kit/sample-study.ts'
import { createIdentity } from '#network/identity/identity.ts'

const members = [1, 2, 3].map((n) => ({ id: createIdentity(new Uint8Array(32).fill(n)).id, name: `H${n}` }))
const rules = { ...aStudy(members).rules, minimumRows: 30, weightBands: [32, 64, 128] }

test('a member counts as the largest band that its rows reach, and as nothing below the first', () => {
  expect([31, 32, 63, 64, 127, 128, 5000].map((rows) => weightOf(rules, rows))).toEqual([
    null,
    ...[32, 32, 64, 64, 128, 128],
  ])
})

test('fewer rows than the study asks for have no weight, whatever the bands say', () => {
  expect(weightOf({ ...rules, weightBands: [1] }, 29)).toBeNull()
  expect(weightOf({ ...rules, weightBands: [1] }, 30)).toBe(1)
})
