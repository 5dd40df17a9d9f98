import { expect, test } from 'vitest'
import { groupsOf } from '#engine/subgroups.ts'

/** The label of each row. */
const labelled = (cells: (number | string | null)[]) => {
  const { labels, codes } = groupsOf(cells, cells.length)
  return [...codes].map((code) => labels[code])
}

test('few values are groups of their own, and what is missing is one too', () => {
  expect(labelled(['f', 'm', null, 'f'])).toEqual(['f', 'm', '(missing)', 'f'])
  expect(labelled([0, 1, 1])).toEqual(['0', '1', '1'])
})

test('many numbers are put into bands of round width', () => {
  const ages = Array.from({ length: 60 }, (_, i) => 21 + i)
  const found = labelled([...ages, null])
  expect(found[0]).toBe('20 to under 30')
  expect(found[ages.indexOf(29)]).toBe('20 to under 30')
  expect(found[ages.indexOf(30)]).toBe('30 to under 40')
  expect(found.at(-2)).toBe('80 to under 90')
  expect(found.at(-1)).toBe('(missing)')
  expect(new Set(found).size).toBe(8)
  const small = labelled(Array.from({ length: 30 }, (_, i) => i / 1000))
  expect(small[0]).toBe('0 to under 0.005')
  expect(new Set(small).size).toBeLessThanOrEqual(9)
})

test('many texts end in one group of others', () => {
  const found = labelled(Array.from({ length: 400 }, (_, i) => `ward ${i}`))
  expect(found[0]).toBe('ward 0')
  expect(found.at(-1)).toBe('(other)')
})
