import type { Task } from '#trainer/jobs.ts'
import { featuresOf } from '#trainer/variables/features.ts'
import { readStatistics, rowsOf, type Statistics } from './artefact.ts'
import type { Quantiles } from './quantiles.ts'
import { targetsOf } from './targets.ts'

/** How often a level occurs among all training rows. */
export interface Level {
  readonly name: string
  readonly rows: number
}

/** One variable over all hospitals, as a paper's first table has it. */
export interface Described {
  readonly name: string
  readonly unit: string | null
  /** Rows without a value, where the study counts them; null where it does not. */
  readonly missing: number | null
  readonly mean: number | null
  readonly sd: number | null
  readonly quantiles: Quantiles | null
  /** Levels but the first (which is what is left, with what the study counts as it). */
  readonly levels: readonly Level[]
}

/** "Table 1" of all hospitals together. */
export interface TableOne {
  readonly rows: number
  readonly variables: readonly Described[]
  readonly outcome: readonly { readonly name: string; readonly mean: number; readonly sd: number }[]
}

/** Reads the first table off the statistics of a study: nothing is asked of anybody for it. */
export function readTableOne(task: Task, bytes: Uint8Array): TableOne {
  const statistics = readStatistics(task, bytes)
  const rows = rowsOf(statistics)
  const own = Map.groupBy(
    featuresOf(task).map(({ name, variable }, index) => ({
      ...{ name, variable, index },
      summary: statistics.features[index],
    })),
    (one) => one.variable,
  )
  const variables = task.variables.map((declared, i) =>
    describe(declared, own.get(i) ?? [], statistics, rows),
  )
  const outcome = targetsOf(task.outcome).map(({ name }, i) => {
    const { mean, sd, constant } = statistics.targets[i] ?? { mean: 0, sd: 0, constant: true }
    return { name, mean, sd: constant ? 0 : sd }
  })
  return { rows, variables, outcome }
}

/** A feature of a variable, and what the statistics say of it. */
interface Own {
  readonly name: string
  readonly index: number
  readonly summary: Statistics['features'][number] | undefined
}

function describe(
  declared: Task['variables'][number],
  own: readonly Own[],
  statistics: Statistics,
  rows: number,
): Described {
  const { name } = declared
  const count = ({ summary }: Own) => (summary ? Math.round(summary.mean * summary.count) : 0)
  const indicator = own.find((one) => one.name === `${name} missing`)
  const missing = indicator ? count(indicator) : null
  const [first] = own
  if (declared.type !== 'number' || !first?.summary) {
    const levels = own.filter((one) => one !== indicator).map((one) => ({ name: one.name, rows: count(one) }))
    return { name, unit: null, missing, mean: null, sd: null, quantiles: null, levels }
  }
  const { mean, sd, constant, count: known } = first.summary
  const numbers = { missing: rows - known, mean, sd: constant ? 0 : sd }
  return {
    name,
    unit: declared.unit,
    ...numbers,
    quantiles: statistics.quantiles[first.index] ?? null,
    levels: [],
  }
}
