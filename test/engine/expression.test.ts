import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Cell } from '#domain/dataset.ts'
import { parseFormula } from '#engine/expression.ts'

const row: Record<string, Cell> = {
  num: 2,
  zero: 0,
  weight: 80,
  height: 200,
  'Chol (mg/dL)': 200,
  sex: 'M',
  none: null,
  day: '2024-01-01',
  next: '2024-03-01',
  text: '5',
}
const work = (text: string) => parseFormula(text).read((name) => row[name] ?? null)

test.each<[string, number | string | null]>([
  ['num > 0', 1],
  ['zero > 0', 0],
  ['none > 0', null],
  ['weight / pow(height / 100, 2)', 20],
  ['col("Chol (mg/dL)") * 0.5 + 1', 101],
  ['sex == "M" && num >= 2', 1],
  ['sex == "F" || none > 1', null],
  ['sex == "M" || none > 1', 1],
  ['sex == "F" && none > 1', 0],
  ['!(num > 3)', 1],
  ['num > 1 ? "high" : "low"', 'high'],
  ['missing(none) + missing(num)', 1],
  ['first(none, num, 7)', 2],
  ['oneOf(sex, "F", "M")', 1],
  ['days(day, next)', 60],
  ['year(day) - 2000', 24],
  ['num / zero', null],
  ['log(-1)', null],
  ['text == 5', 1],
  ['min(weight, height) - max(1, 2)', 78],
  ['-num % 2', 0],
  ['unknown + 1', null],
])('%s is %s', (text, value) => {
  const found = work(text)
  expect(found === 0 ? 0 : found).toBe(value)
})

test.each([
  'process.exit()',
  'constructor.constructor("return 1")()',
  'num.constructor',
  'this',
  '__proto__("x")',
  'toString()',
  'hasOwnProperty("x")',
  '[1,2]',
  'num = 3',
  'a; b',
  'eval("1")',
  'num ** 2',
  'num >>> 1',
  '`x`',
  'new Date()',
  '(',
  '',
  `${'('.repeat(60)}1${')'.repeat(60)}+${'1+'.repeat(200)}1`,
  'x'.repeat(501),
])('%s is refused', (text) => {
  expect(() => parseFormula(text)).toThrow(expect.objectContaining({ code: 'mapping-bad' }))
})

test('any text is a formula or is refused as one, and never takes long', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ maxLength: 60 }),
        fc.string({ unit: fc.constantFrom(...Array.from('num>0()+-*/"col,?:![]{}.&|=1 ')), maxLength: 40 }),
      ),
      (text) => {
        try {
          const value = parseFormula(text).read(() => 1)
          expect(value === null || ['number', 'string'].includes(typeof value)).toBe(true)
        } catch (error) {
          expect(error).toMatchObject({ code: 'mapping-bad' })
        }
      },
    ),
    { numRuns: 3000 },
  )
})
