import { expect, test } from 'vitest'
import { chiSquareTail, fisherTail, normalTails, studentLimit, studentTails } from '#trainer/exact/tails.ts'

/** Relative to the value itself: tails are small. */
function expectNear(value: number, expected: number) {
  expect(value / expected).toBeCloseTo(1, 9)
}

test('tails are those of the tables (SciPy 1.17)', () => {
  expectNear(normalTails(1.959963984540054), 0.05)
  expectNear(normalTails(-8), 1.244192114854348e-15)
  expectNear(chiSquareTail(3.2, 1), 0.07363827012030258)
  expectNear(chiSquareTail(70, 48), 0.02076976756239208)
  expectNear(studentTails(2.1, 7), 0.07387119621292265)
  expectNear(studentTails(-30, 4000), 1.5710909586641418e-178)
  expectNear(fisherTail(2.5, 6, 40), 0.037829844348018296)
  expectNear(fisherTail(0.4, 3, 9000), 0.7530075098207533)
  expectNear(studentLimit(0.05, 12), 2.1788128296672293)
  expectNear(studentLimit(0.05, 100_000), 1.95998770753461)
})

test('tails at the ends are 1 and 0, and unknown ones are not numbers', () => {
  expect(chiSquareTail(0, 3)).toBe(1)
  expect(fisherTail(0, 2, 9)).toBe(1)
  expect(normalTails(0)).toBe(1)
  expect(studentTails(0, 5)).toBe(1)
  expect(normalTails(60)).toBe(0)
  expect(chiSquareTail(Number.NaN, 1)).toBeNaN()
  expect(chiSquareTail(1, 0)).toBeNaN()
})
