import { expect, test } from 'vitest'
import { hashBytes } from '#domain/canonical.ts'
import { makeSamples } from '#engine/samples/samples.ts'

const rowsOf = (csv: string) => {
  const [header = '', ...lines] = csv.trim().split('\n')
  const names = header.split(',')
  return lines.map((line) =>
    Object.fromEntries(line.split(',').map((value, index) => [names[index]!, value])),
  )
}
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

test('the same seed gives the same bytes, another seed other patients', () => {
  const hashes = makeSamples(7).map((one) => hashBytes(new TextEncoder().encode(one.csv)))
  expect(makeSamples(7).map((one) => hashBytes(new TextEncoder().encode(one.csv)))).toEqual(hashes)
  expect(
    new Set([...hashes, ...makeSamples(8).map((one) => hashBytes(new TextEncoder().encode(one.csv)))]).size,
  ).toBe(8)
  expect(hashes[0]).toBe('1846965a9471e1cadb4bf933051a6bae7314564c5bbb3119937c906442b678f6')
})

test('four hospitals differ in units, columns, gaps and how many are sick', () => {
  const [alder, birch, cedar, dogwood] = makeSamples(7).map((one) => rowsOf(one.csv))
  const cholesterol = mean(alder!.filter((row) => row.chol_mg_dl).map((row) => Number(row.chol_mg_dl)))
  const molar = mean(birch!.filter((row) => row.chol_mmol_l !== 'NA').map((row) => Number(row.chol_mmol_l)))
  expect(cholesterol / molar).toBeGreaterThan(30)
  expect(cedar!.filter((row) => row.cholesterol === '-9').length / cedar!.length).toBeGreaterThan(0.25)
  expect(dogwood!.filter((row) => row.creat_mg_dl === '').length / dogwood!.length).toBeGreaterThan(0.35)
  const sick = [alder, birch, cedar, dogwood].map((rows) => mean(rows!.map((row) => Number(row.disease))))
  expect(Math.max(...sick) - Math.min(...sick)).toBeGreaterThan(0.25)
})

test('more hospitals than four have names and patients of their own', () => {
  const samples = makeSamples(7, 9)
  expect(new Set(samples.map((one) => one.name)).size).toBe(9)
  expect(new Set(samples.map((one) => one.csv)).size).toBe(9)
})
