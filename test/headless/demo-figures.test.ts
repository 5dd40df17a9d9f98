import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Status } from '#headless/commands/status.ts'
import { describeResult, gatherResult } from '#headless/demo/figures.ts'
import type { Hospital } from '#headless/demo/hospital.ts'
import { writePrivate } from '#headless/home.ts'

let folder = ''
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'murmuration-figures-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const none = { rows: 4, events: null, auc: null, logLoss: null, brier: null, accuracy: null }

/** Two hospitals at their end, each with what it knows of itself and of the summed evaluation round. */
function atTheEnd(
  outcome: object,
  own: object[],
  summed: object,
  judged: { scores: number[]; labels: number[] }[],
) {
  const hospitals = own.map(
    (_, at) => ({ name: `H${at + 1}`, report: path.join(folder, `${at}.json`) }) as Hospital,
  )
  const statuses = own.map((figures) => {
    const results = { alone: figures, shared: figures, overall: summed, overallAlone: summed }
    const study = {
      study: { outcome },
      results,
      trainRows: 40,
      testRows: 4,
      round: 5,
      bytesSent: 2048,
      modelHash: 'ab',
    }
    return { studies: [study] } as unknown as Status // the parts of it that a result is made of
  })
  for (const [at, each] of judged.entries())
    writePrivate(hospitals[at]!.report, {
      format: 1,
      institution: 'H',
      study: 'a'.repeat(64),
      alone: each,
      shared: each,
    })
  return { hospitals, statuses }
}

test('a demo of a survival study shows the C-index, and no AUC', () => {
  const outcome = { task: 'survival', name: 'death' }
  const own = [0.7, 0.6].map((cIndex) => ({ ...none, cIndex }))
  const judged = own.map(() => ({ scores: [0.1, 0.9, 0.4, 0.2], labels: [5, 1, 3, 4] }))
  const { hospitals, statuses } = atTheEnd(outcome, own, { ...none, cIndex: 0.65 }, judged)
  const result = gatherResult(hospitals, statuses, { ...none, cIndex: 0.66 }, 9)
  expect(result.institutions.map((one) => one.shared)).toEqual([{ cIndex: 0.7 }, { cIndex: 0.6 }])
  expect(result.overall).toEqual({
    alone: { cIndex: 0.65 },
    shared: { cIndex: 0.65 },
    pooled: { cIndex: 0.66 },
  })
  const text = describeResult(result, statuses)
  expect(text).toMatch(/C-index alone +C-index shared/)
  expect(text).not.toMatch(/AUC|NaN/)
})

test('the figure of all together ranks all rows in one list, and a model worse than chance is said', () => {
  const outcome = { task: 'binary', name: 'death', positive: 'died' }
  // Each hospital alone is ranked perfectly, or perfectly the other way round; in one list half the pairs are right.
  const judged = [
    { scores: [0.1, 0.2, 0.3, 0.4], labels: [0, 0, 1, 1] },
    { scores: [0.1, 0.2, 0.3, 0.4], labels: [1, 1, 0, 0] },
  ]
  const own = [1, 0].map((auc) => ({ ...none, auc, logLoss: 0.5 }))
  const { hospitals, statuses } = atTheEnd(outcome, own, { ...none, auc: 0.52, logLoss: 0.5 }, judged)
  const result = gatherResult(hospitals, statuses, { ...none, auc: 0.5, logLoss: 0.5 }, 9)
  expect(result.overall.shared.auc).toBe(0.5)
  const text = describeResult(result, statuses)
  expect(text).toContain('the 8 held-out rows are judged as one list')
  expect(text).toContain('AUC 0.520 alone, 0.520 shared')
  expect(text).toMatch(/At H2 the shared model is worse than chance/)
  expect(text).not.toMatch(/At H1 /)
})
