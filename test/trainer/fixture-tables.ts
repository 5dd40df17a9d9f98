import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Table, Task } from '#trainer/jobs.ts'
import { numberVariable, toTable } from './kit.ts'

/** Rows of three hospitals and the models that other libraries fit to them: see fixtures/README.md. */
export interface Reference {
  readonly hospital: number[]
  readonly held: number[]
  readonly x: number[][]
  readonly l2: number
  readonly multiclass: { outcome: number[]; weights: number[][]; intercepts: number[] } & Named
  readonly regression: { outcome: number[]; weights: number[]; intercept: number } & Named
  readonly survival: {
    time: number[]
    event: number[]
    weights: number[]
    logLikelihood: number
    cIndex: number
    hazardAt20: number[]
  }
}
type Named = Record<'logLoss' | 'accuracy' | 'auc' | 'mse' | 'mae' | 'r2', number>

const file = path.join(import.meta.dirname, 'fixtures', 'reference-models.json')
export const reference = JSON.parse(readFileSync(file, 'utf8')) as Reference

export const variables = reference.x.map((_, i): Task['variables'][number] => ({
  ...numberVariable(`v${i}`, -30, 30),
  missing: 'mean',
}))
/** Weights are the very numbers of training rows. */
export const rules = { weightBands: [60, 100, 160] }

/** The three hospitals' tables with one of the outcomes. */
export function tables(outcome: number[], event: number[] | null = null): Table[] {
  return [0, 1, 2].map((hospital) => {
    const rows = [...reference.hospital.keys()].filter((row) => reference.hospital[row] === hospital)
    const pick = (values: number[]) => rows.map((row) => values[row]!)
    const held = pick(reference.held)
    const table = toTable(reference.x.map(pick), pick(outcome), (row) => held[row] === 1)
    return event ? { ...table, event: Uint8Array.from(pick(event)) } : table
  })
}

export const survival = {
  task: 'survival',
  name: 'death',
  label: '',
  timeUnit: 'months',
  horizon: 20,
} as const

/** The largest difference of two vectors of one length. */
export function furthest(found: ArrayLike<number>, wanted: readonly number[]): number {
  if (found.length !== wanted.length) return Infinity
  return Math.max(...wanted.map((value, i) => Math.abs(value - found[i]!)))
}
