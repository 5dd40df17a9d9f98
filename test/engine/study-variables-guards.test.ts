import { expect, test } from 'vitest'
import type { Dataset } from '#domain/dataset.ts'
import { variablesLike } from '#engine/study-variables.ts'

test('categories that are taken into a study stand in an order that tells nothing of how many patients have each', () => {
  const about = { name: 'stage', type: 'category', unit: null }
  const column = (...counts: (readonly [string, number])[]) => ({
    ...about,
    categories: counts.map(([value, count]) => ({ value, count })),
  })
  const taken = (one: ReturnType<typeof column>) => {
    const dataset = { columns: [one] } as unknown as Dataset // no more of it is read
    return variablesLike(dataset, null, 'outcome').variables[0]?.categories
  }
  const here = taken(column(['II', 90], ['stage 10', 40], ['stage 9', 30], ['I', 8]))
  const there = taken(column(['I', 70], ['stage 9', 60], ['II', 50], ['stage 10', 5]))
  expect(here).toEqual(there)
  expect(here).toEqual(['I', 'II', 'stage 9', 'stage 10'])
})
