import { expect, test } from 'vitest'
import { contributeExact } from '#trainer/exact/contribution.ts'
import { exactParts, type Problem } from '#trainer/exact/problem.ts'
import { createStream } from '#trainer/random.ts'
import { seed } from '../kit.ts'

const classes: Problem = {
  family: 'classes',
  outputs: 1,
  columns: 3,
  intercept: 1,
  own: null,
  errors: 'model',
}
const problems: Record<string, Problem> = {
  'two classes, shared intercept': classes,
  'two classes, a free intercept at each hospital': { ...classes, own: 0 },
  'two classes, intercepts drawn to the shared one': { ...classes, own: 4 },
  'three classes, shared intercept': { ...classes, outputs: 2 },
  'three classes, a free intercept at each hospital': { ...classes, outputs: 2, own: 0 },
  'numbers, shared intercept': { ...classes, family: 'number' },
  'numbers, a free intercept at each hospital': { ...classes, family: 'number', own: 0 },
  'numbers, intercepts drawn to the shared one': { ...classes, family: 'number', own: 4 },
  survival: { family: 'survival', outputs: 1, columns: 2, intercept: 0, own: null, errors: 'model' },
}

/** Forty rows; times and scores fall on few values, so that many events share a time. */
function design({ family, outputs, columns, intercept }: Problem, byte = 1) {
  const stream = createStream('exact sums', seed(byte))
  const rows = 40
  const x = Float64Array.from({ length: rows * columns }, (_, i) =>
    intercept === 1 && i % columns === 0 ? 1 : 2 * stream.real() - 1,
  )
  const draw = {
    classes: () => stream.below(outputs + 1),
    number: () => stream.real(),
    survival: () => 1 + stream.below(8),
  }
  const y = Float64Array.from({ length: rows }, draw[family])
  return { rows, x, y, events: Uint8Array.from(y, () => stream.below(2)) }
}

test.each(Object.entries(problems))('sums are derivatives of the log-likelihood: %s', (_name, problem) => {
  const rows = design(problem)
  const { value, information } = exactParts(problem)
  const at = Float64Array.from({ length: value }, (_, i) => 0.3 * Math.sin(i + 1))
  const sums = contributeExact(problem, rows, at, true)
  const shifted = (i: number, by: number) => at.map((one, j) => (j === i ? one + by : one))
  const step = 1e-4
  let place = information
  for (let i = 0; i < value; i++) {
    const [up, down] = [step, -step].map((by) => contributeExact(problem, rows, shifted(i, by), false))
    expect(sums[i], `gradient ${i}`).toBeCloseTo((up![value]! - down![value]!) / (2 * step), 5)
    for (let j = i; j < value; j++, place++) {
      expect(sums[place], `information ${i} ${j}`).toBeCloseTo((down![j]! - up![j]!) / (2 * step), 5)
    }
  }
})

test('the information leaves a hospital only where it is asked for', () => {
  for (const problem of Object.values(problems)) {
    const { information, value } = exactParts(problem)
    const sums = contributeExact(problem, design(problem), new Float64Array(value), false)
    expect(sums.subarray(information).every((one) => one === 0)).toBe(true)
    expect(sums.subarray(0, value).some((one) => one !== 0)).toBe(true)
  }
})

test('a hospital whose rows all have one class, or none the first, says nothing false about free intercepts', () => {
  const problem = problems['three classes, a free intercept at each hospital']!
  const rows = design(problem)
  const { value, information } = exactParts(problem)
  const at = Float64Array.from({ length: value }, (_, i) => i / 10)
  const same = contributeExact(problem, { ...rows, y: rows.y.map(() => 2) }, at, true)
  expect(same.subarray(0, value).every((one) => Math.abs(one) < 1e-12)).toBe(true)
  expect(same.subarray(information).every((one) => Math.abs(one) < 1e-12)).toBe(true)
  // Without the first class the two others are a logistic regression of their difference.
  const two = contributeExact(problem, { ...rows, y: rows.y.map((one) => Math.max(1, one)) }, at, true)
  const half = at.subarray(3).map((one, i) => one - at[i]!)
  const plain = { ...classes, own: 0 }
  const logistic = contributeExact(plain, { ...rows, y: rows.y.map((one) => Number(one === 2)) }, half, true)
  expect(two[value]).toBeCloseTo(logistic[3]!, 9)
  for (const i of [1, 2]) {
    expect(two[3 + i]).toBeCloseTo(logistic[i]!, 9)
    expect(two[i]).toBeCloseTo(-logistic[i]!, 9)
  }
})

test('sums stay finite and within the ring however far a step went', () => {
  for (const problem of Object.values(problems)) {
    for (const far of [50, 1e4, 1e8]) {
      const { value } = exactParts(problem)
      const at = Float64Array.from({ length: value }, (_, i) => (i % 2 === 0 ? far : -far))
      const sums = contributeExact(problem, design(problem), at, true)
      if (problem.family === 'number') continue
      expect(sums.every((one) => Math.abs(one) <= 1e7)).toBe(true)
    }
  }
})
