import { expect, test } from 'vitest'
import { asCsv } from '#renderer/charts/table-data.ts'
import { linesOf, tableOf, toldEnd, toldOfFit, writtenP } from '#renderer/results/terms.ts'
import { inferenceOf } from './double-inference.ts'

test('coefficients of odds are read as ratios, the intercept last, and saved with all their digits', () => {
  const view = inferenceOf('odds')
  const lines = linesOf(view)
  expect(lines.at(-1)).toMatchObject({ name: 'Intercept', isIntercept: true })
  const [age] = lines
  expect(age).toMatchObject({ name: 'age', value: Math.exp(0.058) })
  expect(age!.low).toBeCloseTo(Math.exp(0.058 - 1.96 * 0.012), 12)
  const [head, ...rows] = asCsv(tableOf(view)).trim().split('\r\n')
  expect(head).toBe('Variable,Odds ratio,95% from,95% to,Coefficient,Standard error,z,p')
  expect(rows).toHaveLength(view.terms.length)
  expect(rows[0]).toContain(String(Math.exp(0.058)))
  expect(rows.find((row) => row.startsWith('chest pain missing'))).toBe('chest pain missing,,,,,,,')
})

test('coefficients of numbers stand as they are, with Student’s t, and a small p is not written as 0', () => {
  const view = inferenceOf(null)
  expect(linesOf(view)[0]).toMatchObject({ value: 0.058 })
  expect(tableOf(view).head).toEqual([
    ...['Variable', 'Coefficient', '95% from', '95% to'],
    ...['Standard error', 't', 'p'],
  ])
  expect(writtenP(1e-12)).toBe('under 0.001')
  expect(toldOfFit(view)).toContain('F 214.6 with 7 and 731 degrees of freedom, p < 0.001')
})

test('robust errors are named over their column and under the table, and hospitals are counted by Student’s t', () => {
  const robust = { ...inferenceOf('odds'), errors: 'robust' as const, test: null }
  expect(tableOf(robust).head.slice(-3)).toEqual(['Standard error (robust)', 'z', 'p'])
  expect(toldOfFit(robust)).toContain('misses each patient')
  const clustered = { ...robust, errors: 'clustered' as const }
  expect(tableOf(clustered).head.slice(-3)).toEqual(['Standard error (by hospital)', 't', 'p'])
  expect(toldOfFit({ ...clustered, status: 'running' })).toBeNull()
})

test('a fit that may not go on says how many patients it asks for, and how many there are', () => {
  const told = toldEnd({ ...inferenceOf('odds'), status: 'too-few', rows: 147, needs: 202 })
  expect(told).toContain('asks for 202 training patients of all hospitals together, and there are 147')
})
