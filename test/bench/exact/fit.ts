import { add, decode, encode } from '#network/averaging/fixed-point.ts'
import { asksInformation, concludeExact, type FitRule } from '#trainer/exact/conclude.ts'
import { contributeAfter } from '#trainer/exact/contribute.ts'
import { type Design, designOf } from '#trainer/exact/design.ts'
import { type Problem, problemOf } from '#trainer/exact/problem.ts'
import { startOf } from '#trainer/exact/start.ts'
import type { ExactState } from '#trainer/exact/state.ts'
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

/** The rounds of an exact fit, until it ends or `most` sums are opened; `fixed` leaves the law of random intercepts as it is. */
export function fitTogether(
  joined: Joined,
  rule: FitRule,
  most = 20,
  fixed = false,
): ExactState & { matrices: number } {
  const { problem, statistics, designs } = joined
  const start = startOf(problem, statistics)
  let state: ExactState | null = null
  let matrices = 0
  while (!state || (state.status === 'running' && state.sums < most)) {
    const before: ExactState | null = state
    const parts = designs.map((one) => contributeAfter(problem, one, before, start))
    matrices += Number(asksInformation(before))
    state = concludeExact(problem, rule, state, start, addExactly(parts))
    if (fixed) state = { ...state, levels: false }
  }
  return { ...state, matrices }
}
