import { expect, test } from 'vitest'
import type { Table, Task } from '#trainer/jobs.ts'
import { encode } from '#trainer/variables/encode.ts'
import { featuresOf } from '#trainer/variables/features.ts'
import { countRows, usableRows } from '#trainer/variables/rows.ts'
import { shapeOf } from '#trainer/shape.ts'
import type { Variable } from '#domain/variable.ts'
import { heartVariables } from './heart.ts'
import { aPlan, aTask, numberVariable, toTable } from './kit.ts'
import { strokeVariables } from './stroke.ts'

const variables: Task['variables'] = [
  { ...numberVariable('age', 0, 100), name: 'age' },
  {
    type: 'number',
    name: 'lab',
    label: '',
    unit: null,
    low: 1,
    high: 9,
    outside: 'missing',
    missing: 'mean',
  },
  {
    type: 'category',
    name: 'type',
    label: '',
    categories: ['a', 'b', 'c'],
    unlisted: 'other',
    missing: 'indicator',
  },
  {
    type: 'category',
    name: 'site',
    label: '',
    categories: ['x', 'y'],
    unlisted: 'missing',
    missing: 'exclude',
  },
  { type: 'boolean', name: 'smokes', label: '', missing: 'indicator' },
  { type: 'boolean', name: 'drinks', label: '', missing: 'no' },
]
const task = aTask(variables, aPlan())
const none = Number.NaN

/** Encodes with a scaling that changes nothing, so that raw features can be seen; missing values show as 0. */
function raw(table: Table) {
  const width = featuresOf(task).length
  const scaling = { means: new Float64Array(width), inverses: new Float64Array(width).fill(1) }
  const { train } = usableRows(task, table)
  const { values, height } = encode(task, table, train, scaling)
  return Array.from({ length: height }, (_, row) => [...values.subarray(row * width, (row + 1) * width)])
}

test('a study has its features before anyone has data', () => {
  expect(featuresOf(task).map(({ name }) => name)).toEqual([
    'age',
    'age missing',
    'lab',
    'type = b',
    'type = c',
    'type = other',
    'type missing',
    'site = y',
    'smokes',
    'smokes missing',
    'drinks',
  ])
  expect(featuresOf({ variables: heartVariables })).toHaveLength(13)
  expect(featuresOf({ variables: strokeVariables })).toHaveLength(35)
})

test('values become features by the declared rules', () => {
  const rows = [
    [50, 5, 0, 0, 0, 0],
    [120, 12, 1, 1, 1, 1],
    [none, none, 3, 0, none, none],
    [-5, 0.5, none, 1, 1, 0],
  ]
  const columns = variables.map((_, i) => rows.map((row) => row[i]!))
  expect(raw(toTable(columns, [0, 1, 0, 1], () => false))).toEqual([
    [50, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0],
    [100, 0, 0, 1, 0, 0, 0, 1, 1, 0, 1],
    [0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0],
    [0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0],
  ])
})

test('rows that the study excludes are counted and left out', () => {
  const site = [0, none, 2, 1, 0]
  const columns = variables.map((variable) => (variable.name === 'site' ? site : [1, 1, 1, 1, 1]))
  const table = toTable(columns, [1, 1, 0, none, 0], (row) => row === 4)
  const rows = usableRows(task, table)
  expect([...rows.train]).toEqual([0])
  expect([...rows.test]).toEqual([4])
  expect(countRows(task, table, rows)).toEqual({ train: 1, test: 1, excluded: 3, events: 1 })
})

test('the shape of every round follows from the study alone', () => {
  expect(shapeOf(task, 'statistics')).toEqual({ length: 3 * (11 + 1) + 1 + 9, bound: 1e6 })
  expect(shapeOf(task, 'training')).toEqual({ length: 11 + 1 + 1, bound: 500 })
  expect(shapeOf({ ...task, plan: aPlan({ intercept: 'private' }) }, 'training').length).toBe(11 + 1)
  const layers = [{ units: 4, activation: 'relu' as const }]
  const mlp = aPlan({ model: { kind: 'mlp', layers, dropout: 0, normalisation: 'none' } })
  expect(shapeOf({ ...task, plan: mlp }, 'training').length).toBe(11 * 4 + 4 + 4 + 1 + 1)
  expect(shapeOf(task, 'evaluation').bound).toBeGreaterThanOrEqual(1e6)
})

test('a table of another shape is refused', () => {
  const table = toTable([[1], [2]], [0], () => false)
  expect(() => usableRows(task, table)).toThrow(expect.objectContaining({ code: 'bad-request' }))
})

test('a number with knots is a curve: smooth, straight beyond the outer knots, and zero before its first', () => {
  const knots = [40, 50, 65, 80]
  const age = { type: 'number', name: 'age', label: '', unit: 'a', low: 18, high: 100 } as const
  const curved: Variable = { ...age, outside: 'clip', missing: 'mean-and-indicator', knots }
  const features = featuresOf({ variables: [curved] })
  expect(features.map(({ name }) => name)).toEqual(['age', 'age spline 1', 'age spline 2', 'age missing'])
  for (const { of, low, high } of features.slice(1, 3)) {
    expect([18, 30, 40].map(of)).toEqual([0, 0, 0])
    expect(of(90) - of(85)).toBeCloseTo(of(100) - of(95), 9)
    expect(of(100)).toBe(high)
    expect(low).toBe(0)
    for (const knot of knots) {
      const slope = (at: number) => (of(at + 1e-4) - of(at - 1e-4)) / 2e-4
      expect(slope(knot - 1e-3)).toBeCloseTo(slope(knot + 1e-3), 2)
    }
    expect(of(Number.NaN)).toBeNaN()
  }
  // Worked out by hand from the formula, over the squared distance of the outer knots.
  expect(features[1]!.of(60)).toBeCloseTo(20 ** 3 / 1600, 12)
  expect(features[2]!.of(70)).toBeCloseTo((20 ** 3 - (5 ** 3 * 30) / 15) / 1600, 12)
})
