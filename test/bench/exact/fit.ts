import { add, decode, encode } from '#network/averaging/fixed-point.ts'
import { concludeExact, type ExactState, type FitRule } from '#trainer/exact/conclude.ts'
import { contributeExact } from '#trainer/exact/contribution.ts'
import { type Design, designOf } from '#trainer/exact/design.ts'
import { coefficientsOf, type Problem, problemOf } from '#trainer/exact/problem.ts'
import { startOf } from '#trainer/exact/start.ts'
import type { Table, Task } from '#trainer/jobs.ts'
import { concludeStatistics, readStatistics, type Statistics } from '#trainer/statistics/artefact.ts'
import { contributeStatistics } from '#trainer/statistics/contribution.ts'
import { usableRows } from '#trainer/variables/rows.ts'

/** On every value of a sum: as large as the ring allows for some dozens of members. */
const BOUND = 1e7

/** Adds contributions up as a round does: rounded to multiples of 2^-32, modulo 2^64. */
export function addExactly(parts: readonly Float64Array[]): Float64Array {
  const sum = encode(new Float64Array(parts[0]!.length), BOUND)
  for (const values of parts) add(sum, encode(values, BOUND))
  return decode(sum)
}

/** Hospitals of one study, with the statistics that all know. */
export interface Joined {
  readonly problem: Problem
  readonly statistics: Statistics
  readonly designs: readonly Design[]
}

/** Runs the statistics round and encodes every hospital's training rows. */
export function join(task: Task, tables: readonly Table[]): Joined {
  const problem = problemOf(task)
  const rows = tables.map((table) => usableRows(task, table).train)
  const sums = addExactly(tables.map((table, i) => contributeStatistics(task, table, rows[i]!)))
  const statistics = readStatistics(task, concludeStatistics(task, sums))
  const designs = tables.map((table, i) => designOf(problem, task, table, rows[i]!, statistics))
  return { problem, statistics, designs }
}

/** The rounds of an exact fit, until it ends or `most` sums are opened. `newton` opens the information in each. */
export function fitTogether(
  { problem, statistics, designs }: Joined,
  rule: FitRule,
  most = 20,
  newton = false,
): ExactState {
  const start = startOf(problem, statistics)
  let state: ExactState | null = null
  while (!state || (state.status === 'running' && state.sums < most)) {
    const at = state?.coefficients ?? start
    const parts = designs.map((one) => contributeExact(problem, one, at, newton || !state))
    state = concludeExact(problem, rule, state, start, addExactly(parts))
  }
  return state
}

/** The information at these coefficients, as the last sum opens it. */
export function openInformation({ problem, designs }: Joined, coefficients: Float64Array): Float64Array {
  const size = coefficientsOf(problem)
  return addExactly(designs.map((one) => contributeExact(problem, one, coefficients, true))).subarray(size + 2)
}
