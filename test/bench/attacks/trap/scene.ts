import type { Table, Task } from '#trainer/jobs.ts'
import { createStream, type Stream } from '#trainer/random.ts'
import { readStatistics } from '#trainer/statistics/artefact.ts'
import { encode } from '#trainer/variables/encode.ts'
import { featuresOf } from '#trainer/variables/features.ts'
import { usableRows } from '#trainer/variables/rows.ts'
import { heartTables, heartVariables } from '../../../trainer/heart.ts'
import { numberVariable, seed, toTable } from '../../../trainer/kit.ts'

/** Patients who are to be read, and what is published of them. */
export interface Scene {
  readonly name: string
  readonly variables: Task['variables']
  readonly tables: readonly Table[]
  /** Patients like them who are in no sum, beside those held out: how many are read of these is chance. */
  readonly strangers: readonly Table[]
}

/** The heart disease data; made-up hospitals with as many variables of the same kinds where they are not beside this checkout. */
export function scene(): Scene {
  const tables = heartTables()
  return tables ? { name: 'heart disease', variables: heartVariables, tables, strangers: [] } : madeUp()
}

function madeUp(): Scene {
  const number = (i: number) => ({ ...numberVariable(`v${i}`, -8, 8), missing: 'mean' as const })
  const yes = (i: number) => ({ type: 'boolean' as const, name: `b${i}`, label: '', missing: 'no' as const })
  const variables = [
    ...Array.from({ length: 5 }, (_, i) => number(i)),
    ...Array.from({ length: 8 }, (_, i) => yes(i)),
  ]
  const tableOf = (rows: number, number: number) => {
    const stream = createStream('test', seed(number))
    const columns: number[][] = variables.map(() => [])
    const outcome = Array.from({ length: rows }, () => {
      const x = variables.map(({ type }) =>
        type === 'number' ? normal(stream) : Number(stream.real() < 0.4),
      )
      for (const [i, value] of x.entries()) columns[i]!.push(value)
      return Number(stream.real() < 1 / (1 + Math.exp(-x[0]! + x[1]! - x[6]!)))
    })
    return toTable(columns, outcome, (row) => row % 3 === 0)
  }
  const tables = [200, 170, 120, 90].map((rows, hospital) => tableOf(rows, hospital + 1))
  return { name: 'made-up hospitals', variables, tables, strangers: [tableOf(6000, 100)] }
}

/** Patients as they are, their features in the study's own units: those who train, and those who are in no sum. */
export function patients(
  task: Task,
  { tables, strangers }: Scene,
): { inside: number[][]; outside: number[][] } {
  const width = featuresOf(task).length
  const plain = { means: new Float64Array(width), inverses: new Float64Array(width).fill(1) }
  const of = (some: readonly Table[], part: 'train' | 'test') =>
    some.flatMap((table) => {
      const { values, height } = encode(task, table, usableRows(task, table)[part], plain)
      return Array.from({ length: height }, (_, row) => [...values.subarray(row * width, (row + 1) * width)])
    })
  return {
    inside: of(tables, 'train'),
    outside: [...of(tables, 'test'), ...of(strangers, 'train'), ...of(strangers, 'test')],
  }
}

const ENOUGH = 10
const NEAR = 0.01
/** What is read and not guessed is as near as this. */
const EXACT = 0.002
/** Standard deviations beyond chance from which on a count is none of chance. */
const SURE = 3
/** So few patients right in ten features are one modal patient and those who resemble it. */
const LUCKY = 3

/**
 * How many patients a set of readings (in standard deviations from the mean) gets right beyond chance: at least ten features
 * within one hundredth of their ranges, or all within a five hundredth. Chance is how many it gets right of patients who are in no sum,
 * with everything that published statistics tell of them.
 */
export function countRead(
  task: Task,
  statistics: Uint8Array,
  readings: readonly (readonly number[])[],
  { inside, outside }: { inside: readonly number[][]; outside: readonly number[][] },
): number {
  const features = featuresOf(task)
  const known = readStatistics(task, statistics).features
  const tidied = readings.map((reading) =>
    reading.map((value, i) => {
      const { low, high } = features[i]!
      const { mean, sd } = known[i]!
      const raw = Math.min(high, Math.max(low, mean + value * sd))
      return low === 0 && high === 1 ? Math.round(raw) : raw
    }),
  )
  const share = inside.length / outside.length
  const beyond = (enough: number, near: number) => {
    const distances = features.map(({ low, high }) => near * (high - low))
    const chance = share * countRight(tidied, outside, distances, enough)
    const spread = Math.sqrt(chance * (1 + share))
    return Math.floor(countRight(tidied, inside, distances, enough) - chance - SURE * spread)
  }
  return Math.max(0, beyond(ENOUGH, NEAR) - LUCKY, beyond(features.length, EXACT))
}

function countRight(
  readings: readonly (readonly number[])[],
  rows: readonly (readonly number[])[],
  near: readonly number[],
  enough: number,
): number {
  const fits = (reading: readonly number[], row: readonly number[]) => {
    let good = 0
    for (let i = 0; i < near.length; i++) if (Math.abs(reading[i]! - row[i]!) <= near[i]!) good += 1
    return good >= enough
  }
  return rows.filter((row) => readings.some((reading) => fits(reading, row))).length
}

/** A number of the normal distribution. */
export function normal(stream: Stream): number {
  return Math.sqrt(-2 * Math.log(1 - stream.real())) * Math.cos(2 * Math.PI * stream.real())
}
