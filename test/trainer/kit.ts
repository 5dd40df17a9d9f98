import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Table, Task } from '#trainer/jobs.ts'

/** Where public data for tests stand, beside a checkout; null where they do not. */
export function findData(folder: string): string | null {
  const found = path.join(fileURLToPath(new URL('../../..', import.meta.url)), 'shared', 'data', folder)
  if (existsSync(found)) return found
  console.warn(`Skipped: ${folder} is not beside this checkout (../shared/data/${folder})`)
  return null
}

/** Rows of a simple CSV file as objects: no quotes in these files. */
export function readCsv(file: string): Record<string, string>[] {
  const [header = '', ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/)
  const names = header.split(',')
  return lines.map((line) => {
    const cells = line.split(',')
    return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']))
  })
}

/** A table of one array per variable, NaN for missing. */
export function toTable(columns: number[][], outcome: number[], heldOut: (row: number) => boolean): Table {
  return {
    columns: columns.map((column) => Float32Array.from(column)),
    outcome: Float32Array.from(outcome),
    event: null,
    heldOut: Uint8Array.from(outcome, (_, row) => Number(heldOut(row))),
    subgroups: [],
  }
}

/** Puts tables under each other: what pooling the data would mean. */
export function pool(tables: readonly Table[]): Table {
  const join = (pick: (table: Table) => Float32Array) =>
    Float32Array.from(tables.flatMap((table) => [...pick(table)]))
  return {
    columns: tables[0]!.columns.map((_, i) => join((table) => table.columns[i]!)),
    outcome: join((table) => table.outcome),
    event: null,
    heldOut: Uint8Array.from(tables.flatMap((table) => [...table.heldOut])),
    subgroups: [],
  }
}

/** A number variable as most tests declare it. */
export function numberVariable(name: string, low: number, high: number) {
  const rules = { outside: 'clip', missing: 'mean-and-indicator' } as const
  return { type: 'number' as const, name, label: '', unit: null, low, high, ...rules }
}

/** A small complete plan, with changes. */
export function aPlan(
  changes: Partial<Task['plan']> = {},
  local: Partial<Task['plan']['local']> = {},
): Task['plan'] {
  return {
    model: { kind: 'linear' },
    intercept: 'shared',
    head: 'shared',
    l2: 0,
    local: {
      optimizer: 'sgd',
      learningRate: 0.1,
      batch: 32,
      steps: 5,
      proximal: 0,
      controlVariates: false,
      ...local,
    },
    outer: { kind: 'average' },
    rounds: 3,
    stopping: { kind: 'never' },
    updateBound: 10,
    origin: '',
    ...changes,
  }
}

/** A binary study's task. */
export function aTask(
  variables: Task['variables'],
  plan: Task['plan'],
  rules: Partial<Task['rules']> = {},
): Task {
  return {
    variables,
    outcome: { task: 'binary', name: 'outcome', label: '', positive: 'yes' },
    plan,
    rules: { minimumRows: 10, weightBands: [10, 20, 50, 100, 200, 500], ...rules },
  }
}

/** A seed of 32 equal bytes. */
export function seed(byte: number): Uint8Array {
  return new Uint8Array(32).fill(byte)
}
