import * as v from 'valibot'
import type { Mapping } from '#domain/dataset.ts'
import { Study } from '#domain/study.ts'

/** Ids in ascending order that look like institutions. */
export const ids = ['A', 'B', 'C', 'D'].map((letter) => `12D3KooW${letter.repeat(44)}`)

/** A small valid study; anything in it can be replaced. */
export function aStudy(changes: Partial<v.InferInput<typeof Study>> = {}): Study {
  return v.parse(Study, {
    kind: 'study',
    name: 'Risk after chest pain',
    version: 1,
    previous: null,
    purpose: 'Find out who needs a closer look.',
    references: { ethics: 'EK 12/2026' },
    members: ids.slice(0, 3).map((id, i) => ({ id, name: `Hospital ${i + 1}` })),
    variables: [
      { type: 'number', name: 'age', unit: 'a', low: 18, high: 100 },
      { type: 'category', name: 'pain', categories: ['none', 'typical', 'other'] },
      { type: 'boolean', name: 'male' },
    ],
    outcome: { task: 'binary', name: 'disease', positive: 'narrowed vessel' },
    plan: {
      model: { kind: 'linear' },
      intercept: 'private',
      l2: 0.01,
      local: { learningRate: 0.1, batch: 16, steps: 5 },
      outer: { kind: 'average' },
      rounds: 3,
    },
    privacy: { kind: 'masked' },
    rules: {
      minimumSum: 3,
      weightBands: [20, 40, 80],
      minimumRows: 20,
      lastRound: 12,
      pace: { answer: 600_000, compute: 60_000, exchange: 30_000 },
    },
    createdAt: 1_000,
    expiresAt: 100_000_000_000_000,
    ...changes,
  })
}

export function aMapping(changes: Partial<Mapping> = {}): Mapping {
  return {
    variables: {
      age: { column: 'age', missingCodes: [], scale: null, values: null },
      pain: {
        column: 'cp',
        missingCodes: [],
        scale: null,
        values: { 1: 'typical', 2: 'other', 3: 'other', 4: 'none' },
      },
      male: { column: 'sex', missingCodes: [], scale: null, values: null },
    },
    outcome: { rule: 'above', column: 'num', threshold: 0 },
    holdout: { kind: 'share', share: 0.25 },
    subgroups: [],
    ...changes,
  }
}
