import type { Table, Task } from '#trainer/jobs.ts'
import { featuresOf, settle } from '#trainer/variables/features.ts'
import { eliminate, zeros } from './eliminate.ts'
import { addStrata } from './strata.ts'
import { addOuter, type Sums } from './sums.ts'

/** All rows of all hospitals under each other, in the variables' own units: what pooling the data would give a statistician. */
export interface Pooled {
  readonly kind: Task['outcome']['task']
  readonly classes: number
  /** Row after row; an intercept for all or for each hospital stands after the features. */
  readonly x: Float64Array
  readonly columns: number
  readonly features: number
  readonly y: Float64Array
  readonly events: Uint8Array
  readonly strata: Uint32Array
}

/** Joins tables without a look at how members do it. `left` are features, by index, that others say already. */
export function poolRows(task: Task, tables: readonly Table[], left: ReadonlySet<number>): Pooled {
  const kind = task.outcome.task
  const used = kind === 'binary' ? tables.filter((one) => new Set(one.outcome).size > 1) : tables
  const isPrivate = task.plan.intercept === 'private'
  const kept = isPrivate ? used : tables
  const features = featuresOf(task)
    .map((feature) => columnOf(task, tables, kept, feature))
    .filter((_, j) => !left.has(j))
  const strata = Uint32Array.from(kept.flatMap((one, h) => Array.from(one.outcome, () => h)))
  const intercepts = kind === 'survival' ? 0 : isPrivate ? kept.length : 1
  const columns = features.length + intercepts
  const x = new Float64Array(strata.length * columns)
  strata.forEach((h, row) => {
    features.forEach((values, j) => (x[row * columns + j] = values[row]!))
    if (intercepts > 0) x[row * columns + features.length + (isPrivate ? h : 0)] = 1
  })
  const join = (of: (one: Table) => ArrayLike<number>) => kept.flatMap((one) => Array.from(of(one)))
  return {
    kind,
    classes: task.outcome.task === 'multiclass' ? task.outcome.classes.length : 2,
    x,
    columns,
    features: features.length,
    y: Float64Array.from(join((one) => one.outcome)),
    events: Uint8Array.from(join((one) => one.event ?? new Uint8Array(one.outcome.length))),
    strata,
  }
}

function columnOf(
  task: Task,
  all: readonly Table[],
  kept: readonly Table[],
  feature: ReturnType<typeof featuresOf>[number],
): number[] {
  const variable = task.variables[feature.variable]!
  const raw = (tables: readonly Table[]) =>
    tables.flatMap((one) =>
      Array.from(one.columns[feature.variable]!, (v) => feature.of(settle(variable, v))),
    )
  const known = raw(all).filter((v) => !Number.isNaN(v))
  const mean = known.reduce((sum, v) => sum + v, 0) / known.length
  return raw(kept).map((v) => (Number.isNaN(v) ? mean : v))
}

/** What a fit of joined rows says: coefficients as in `Pooled.x` (class after class), with their standard errors. */
export interface Found {
  readonly coefficients: readonly number[]
  readonly errors: readonly number[]
  /** Robust to a wrong model, without factors for small samples; clustered by `Pooled.strata`. None for survival. */
  readonly robust: readonly number[]
  readonly clustered: readonly number[]
  readonly value: number
}

/** Newton's method on joined rows, written apart from the product: other sums, another solver. Null where it does not converge. */
export function fitPooled(pooled: Pooled): Found | null {
  const { mean, scale } = spreadOf(pooled)
  const scaled = {
    ...pooled,
    x: pooled.x.map((v, i) => (v - mean[i % pooled.columns]!) / scale[i % pooled.columns]!),
  }
  const outputs = pooled.kind === 'multiclass' ? pooled.classes - 1 : 1
  const size = outputs * pooled.columns
  const b = zeros(size)
  let now = sumsOf(scaled, b)
  for (let step = 0; step < 60; step++) {
    const change = eliminate(now.hessian, now.gradient)
    let share = 1
    let next = now
    for (let tries = 0; tries < 40; tries++, share /= 2) {
      next = sumsOf(
        scaled,
        b.map((v, i) => v + share * change[i]!),
      )
      if (next.value >= now.value - 1e-9) break
    }
    b.forEach((v, i) => (b[i] = v + share * change[i]!))
    const decrement = change.reduce((sum, v, i) => sum + v * now.gradient[i]!, 0)
    now = next
    if (Math.abs(decrement) < 1e-20 * size || (share === 1 && decrement < 1e-16))
      return finish(pooled, b, now, mean, scale)
  }
  return null
}

/** Features are centred too; intercepts and strata take that up. */
function spreadOf({ x, columns, features, kind }: Pooled) {
  const rows = x.length / columns
  const of = (j: number) => Array.from({ length: rows }, (_, i) => x[i * columns + j]!)
  const average = (all: number[]) => all.reduce((sum, v) => sum + v, 0) / all.length
  const mean = Array.from({ length: columns }, (_, j) =>
    j < features || kind === 'survival' ? average(of(j)) : 0,
  )
  const scale = mean.map((m, j) =>
    j < features || kind === 'survival' ? Math.sqrt(average(of(j).map((v) => (v - m) ** 2))) : 1,
  )
  return { mean, scale }
}

/** Back to the variables' own units: each coefficient is a sum of scaled ones. */
function finish(
  pooled: Pooled,
  b: readonly number[],
  now: Sums,
  mean: readonly number[],
  scale: readonly number[],
): Found {
  const { columns, features, kind } = pooled
  const dispersion = kind === 'regression' ? (-2 * now.value) / (pooled.y.length - b.length) : 1
  const rows = b.map((_, i) => {
    const from = i - (i % columns)
    const row = b.map(() => 0)
    row[i] = 1 / scale[i % columns]!
    if (i % columns < features) return row
    for (let j = 0; j < features; j++) row[from + j] = -mean[j]! / scale[j]!
    return row
  })
  const times = (row: readonly number[], other: readonly number[]) =>
    row.reduce((sum, v, j) => sum + v * other[j]!, 0)
  return {
    coefficients: rows.map((row) => times(row, b)),
    ...sandwichOf(pooled, b, now, mean, scale, rows),
    errors: rows.map((row) => Math.sqrt(dispersion * times(row, eliminate(now.hessian, row)))),
    value: now.value,
  }
}

/** Errors by what rows' scores add up to along H^-1 r, one by one and stratum by stratum. */
function sandwichOf(
  pooled: Pooled,
  b: readonly number[],
  now: Sums,
  mean: readonly number[],
  scale: readonly number[],
  rows: readonly (readonly number[])[],
) {
  if (pooled.kind === 'survival') return { robust: [], clustered: [] }
  const { columns } = pooled
  const x = pooled.x.map((v, i) => (v - mean[i % columns]!) / scale[i % columns]!)
  const scores = Array.from(pooled.y, (target, row) => {
    const one = { ...pooled, x: x.subarray(row * columns, (row + 1) * columns), y: Float64Array.of(target) }
    return sumsOf(one, b).gradient
  })
  const ways = rows.map((row) => eliminate(now.hessian, row))
  const pulls = ways.map((way) => scores.map((score) => score.reduce((sum, v, j) => sum + v * way[j]!, 0)))
  const norm = (all: Iterable<number>) => Math.sqrt([...all].reduce((sum, v) => sum + v * v, 0))
  const byStratum = (all: readonly number[]) => {
    const sums = new Map<number, number>()
    all.forEach((v, row) => sums.set(pooled.strata[row]!, (sums.get(pooled.strata[row]!) ?? 0) + v))
    return sums.values()
  }
  return { robust: pulls.map(norm), clustered: pulls.map((all) => norm(byStratum(all))) }
}

function sumsOf(pooled: Pooled, b: readonly number[]): Sums {
  const size = b.length
  const sums = {
    value: 0,
    gradient: zeros(size),
    hessian: b.map(() => new Float64Array(size)),
  }
  if (pooled.kind === 'survival') addStrata(pooled, b, sums)
  else if (pooled.kind === 'regression') addSquares(pooled, b, sums)
  else addClasses(pooled, b, sums)
  // Only one half was added up.
  sums.hessian.forEach((row, i) => {
    for (let j = i + 1; j < size; j++) sums.hessian[j]![i] = row[j]!
  })
  return sums
}

function addSquares({ x, columns, y }: Pooled, b: readonly number[], sums: Sums) {
  y.forEach((target, row) => {
    const own = x.subarray(row * columns, (row + 1) * columns)
    const error = target - own.reduce((sum, v, j) => sum + v * b[j]!, 0)
    sums.value -= error ** 2 / 2
    addOuter(sums, own, 0, 0, 1)
    own.forEach((v, j) => (sums.gradient[j]! += error * v))
  })
}

function addClasses({ x, columns, y, classes }: Pooled, b: readonly number[], sums: Sums) {
  y.forEach((label, row) => {
    const own = x.subarray(row * columns, (row + 1) * columns)
    const scores = Array.from({ length: classes }, (_, k) =>
      k === 0 ? 0 : own.reduce((sum, v, j) => sum + v * b[(k - 1) * columns + j]!, 0),
    )
    const top = Math.max(...scores)
    const total = scores.reduce((sum, v) => sum + Math.exp(v - top), 0)
    const chances = scores.map((v) => Math.exp(v - top) / total)
    sums.value += scores[label]! - top - Math.log(total)
    for (let k = 1; k < classes; k++) {
      const error = Number(k === label) - chances[k]!
      own.forEach((v, j) => (sums.gradient[(k - 1) * columns + j]! += error * v))
      for (let l = k; l < classes; l++) {
        const weight = chances[k]! * (Number(k === l) - chances[l]!)
        addOuter(sums, own, (k - 1) * columns, (l - 1) * columns, weight)
      }
    }
  })
}
