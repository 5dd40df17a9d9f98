import { asksInformation, concludeExact } from '#trainer/exact/conclude.ts'
import { contributeExact } from '#trainer/exact/contribution.ts'
import { type Design, designOf } from '#trainer/exact/design.ts'
import { exactParts } from '#trainer/exact/problem.ts'
import { startOf } from '#trainer/exact/start.ts'
import type { ExactState } from '#trainer/exact/state.ts'
import type { Table, Task } from '#trainer/jobs.ts'
import { addExactly, join, type Joined } from '../../exact/fit.ts'

/** A sum of a fit as everybody sees it, and where it was taken. */
interface OpenedSum {
  readonly coefficients: Float64Array
  readonly asked: boolean
  readonly sum: Float64Array
}

/** What one honest fit opens from its first sum to its end. */
export interface OpenedFit {
  readonly joined: Joined
  readonly sums: readonly OpenedSum[]
}

/** Runs a fit of two classes with the product's own code, nothing in its way, and keeps what it opens. */
export function openFit(task: Task, tables: readonly Table[], most = 20): OpenedFit {
  const joined = join(task, tables)
  const { problem, statistics, designs } = joined
  const start = startOf(problem, statistics)
  const sums: OpenedSum[] = []
  let state: ExactState | null = null
  while (!state || (state.status === 'running' && sums.length < most)) {
    const asked = asksInformation(state)
    const coefficients: Float64Array = state?.coefficients ?? start
    const sum = addExactly(designs.map((one) => contributeExact(problem, one, coefficients, asked)))
    sums.push({ coefficients, asked, sum })
    state = concludeExact(problem, { tolerance: 1e-6, ridge: 0 }, state, start, sum)
  }
  return { joined, sums }
}

/** A table with one patient of each kind that there may be: every combination of the variables' levels. */
export function everyKind(levels: readonly number[]): Table {
  const kinds = levels.reduce((count, one) => count * one, 1)
  let step = 1
  const columns = levels.map((count) => {
    const by = step
    step *= count
    return Float32Array.from({ length: kinds }, (_, kind) => Math.floor(kind / by) % count)
  })
  return {
    columns,
    ...{ outcome: new Float32Array(kinds), event: null, heldOut: new Uint8Array(kinds), subgroups: [] },
  }
}

/** Linear equations of how many patients there are of each kind: rows * counts = right. */
export interface Equations {
  readonly rows: Float64Array[]
  readonly right: number[]
}

/**
 * The equations that the opened sums are. The outcome is in them as one sum alone, that of the variables of those who have it,
 * which the first sum tells (there all chances are equal): it is taken out.
 */
export function equationsOf(task: Task, { joined, sums }: OpenedFit, kinds: Table): Equations {
  const { problem, statistics } = joined
  const count = kinds.outcome.length
  const one = designOf(
    problem,
    task,
    kinds,
    Uint32Array.from({ length: count }, (_, i) => i),
    statistics,
  )
  const { value, information, length } = exactParts(problem)
  const cases = casesOf(joined, sums[0]!, information)
  const rows: Float64Array[] = []
  const right: number[] = []
  for (const { coefficients, asked, sum } of sums) {
    const each = Array.from({ length: count }, (_, kind) =>
      contributeExact(problem, pick(one, kind), coefficients, asked),
    )
    for (let part = 0; part < (asked ? length : information); part++) {
      const own = part < value ? cases[part]! : 0
      const theirs = part === value ? cases.reduce((all, x, i) => all + x * coefficients[i]!, own) : own
      rows.push(Float64Array.from(each, (values) => values[part]!))
      right.push(sum[part]! - theirs)
    }
  }
  return { rows, right }
}

/** Sum of the scaled variables of all who have the outcome: the first gradient, and what the first information says of all. */
function casesOf({ problem, statistics }: Joined, { sum }: OpenedSum, information: number): number[] {
  const rate = statistics.targets[0]!.mean
  return Array.from({ length: problem.columns }, (_, i) => sum[i]! + sum[information + i]! / (1 - rate))
}

function pick({ x, y }: Design, kind: number): Design {
  const columns = x.length / y.length
  return {
    rows: 1,
    x: x.slice(kind * columns, (kind + 1) * columns),
    y: y.slice(kind, kind + 1),
    events: null,
  }
}
