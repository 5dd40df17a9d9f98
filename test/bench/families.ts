import type { Table, Task } from '#trainer/jobs.ts'
import { createStream, type Stream } from '#trainer/random.ts'
import { numberVariable, seed, toTable } from '../trainer/kit.ts'

/** Data from which the default rule's numbers come: none of those that its results are reported on. */
export interface Family {
  readonly name: string
  readonly variables: Task['variables']
  readonly tables: readonly Table[]
}

/** Made-up federations: few and many hospitals, few and many variables, weak and strong effects, levels that differ. */
export function madeUp(): Family[] {
  const kinds = [
    { hospitals: 4, rows: 120, width: 10, strength: 1.2 },
    { hospitals: 4, rows: 120, width: 30, strength: 2 },
    { hospitals: 6, rows: 300, width: 15, strength: 0.8 },
    { hospitals: 12, rows: 80, width: 20, strength: 1.5 },
    { hospitals: 12, rows: 60, width: 60, strength: 1.5 },
    { hospitals: 40, rows: 100, width: 30, strength: 1 },
    { hospitals: 40, rows: 100, width: 30, strength: 2 },
  ]
  return kinds.map((kind, k) => aFamily(kind, k + 1))
}

/** How a made-up federation is: how many hospitals of about how many rows, how many variables, how strong their effects. */
export interface Kind {
  readonly hospitals: number
  readonly rows: number
  readonly width: number
  readonly strength: number
}

/** A made-up federation of a kind; the same for the same number. */
export function aFamily({ hospitals, rows, width, strength }: Kind, drawn: number): Family {
  const stream = createStream('test', seed(drawn))
  const variables = Array.from({ length: width }, (_, i) => ({
    ...numberVariable(`v${i}`, -6, 6),
    missing: 'mean' as const,
  }))
  const weights = variables.map((_, i) => (i % 3 === 0 ? normal(stream) : normal(stream) / 5))
  const norm = Math.sqrt(weights.reduce((sum, one) => sum + one * one, 0))
  const tables = Array.from({ length: hospitals }, () => {
    const level = normal(stream) / 2 - 0.7
    const shifts = variables.map(() => normal(stream) / 3)
    const columns: number[][] = variables.map(() => [])
    const outcome = Array.from({ length: Math.round(rows * (0.5 + stream.real())) }, () => {
      const x = shifts.map((shift) => shift + normal(stream))
      for (const [j, value] of x.entries()) columns[j]!.push(value)
      const score = x.reduce((sum, value, j) => sum + value * weights[j]!, 0) / norm
      return Number(stream.real() < 1 / (1 + Math.exp(-strength * score - level)))
    })
    return toTable(columns, outcome, (row) => row % 3 === 0)
  })
  const name = `made up: ${hospitals} hospitals of about ${rows} rows, ${width} variables, strength ${strength}`
  return { name, variables, tables }
}

function normal(stream: Stream): number {
  return Math.sqrt(-2 * Math.log(1 - stream.real())) * Math.cos(2 * Math.PI * stream.real())
}
