import { expect, test } from 'vitest'
import { bitsOfARow, checkKinds } from '#trainer/exact/kinds.ts'
import { createStream } from '#trainer/random.ts'
import { numberVariable, seed } from '../kit.ts'

const ROWS = 400
const rows = Uint32Array.from({ length: ROWS }, (_, i) => i)
const stream = createStream('kinds', seed(1))
const column = (levels: number) => Float32Array.from(rows, () => Math.floor(levels * stream.real()))
const bits = (...columns: Float32Array[]) => {
  const variables = columns.map((_, i) => numberVariable(`v${i}`, 0, 1000))
  return bitsOfARow({ variables }, { columns }, rows)
}

test('a number that holds two values tells no more than a yes or no', () => {
  expect(bits(column(2))).toBeCloseTo(1, 1)
  expect(bits(column(2), column(2), column(4))).toBeCloseTo(4, 0)
})

test('variables that say the same tell of patients once', () => {
  const ages = column(30)
  expect(bits(ages, ages, ages)).toBeCloseTo(Math.log2(30), 0)
})

test('no measured value tells more than its rounding lets others know', () => {
  expect(bits(column(1e6))).toBeLessThanOrEqual(10)
  expect(bits(column(1e6), column(1e6))).toBeLessThanOrEqual(20)
})

test('seven yes-or-no variables are refused, a dozen of mixed ones are not', () => {
  expect(() => checkKinds(7, 180)).toThrow(expect.objectContaining({ code: 'fit-refused' }))
  expect(() => checkKinds(24, 600)).not.toThrow()
})
