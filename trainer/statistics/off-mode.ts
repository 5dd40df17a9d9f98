import type { Variable } from '#domain/variable.ts'
import type { Table, Task } from '#trainer/jobs.ts'
import { featuresOf, isNumberFeature, settle } from '#trainer/variables/features.ts'
import { partsOfCurves } from '#trainer/variables/spline.ts'

/** How many rows a number, or its curves, can set apart from all others, and the features that are left out where those are few. */
interface Counted {
  readonly variable: number
  /** By index. */
  readonly features: readonly number[]
  /** Of the variable's values, NaN where missing. */
  readonly of: (values: Float64Array) => number
}

/**
 * What is counted of numbers in an exact plan, in order; nothing in other plans. With j features of a number a combination can be 0 at
 * its j most frequent values and not at the others; with curves, in some parts of the range alone.
 */
export function countedIn(task: Task): readonly Counted[] {
  if (!task.plan.fit) return []
  const numbers = featuresOf(task).flatMap((feature, index) =>
    isNumberFeature(task, feature) ? [{ variable: feature.variable, index }] : [],
  )
  return task.variables.flatMap((declared, variable) => {
    const features = numbers.filter((one) => one.variable === variable).map(({ index }) => index)
    const beside = features.map((_, j): Counted => {
      return { variable, features: features.slice(j), of: (values) => besideMost(values, j + 1) }
    })
    const parts = curvedIn(declared).map(([low, high]): Counted => {
      const of = (values: Float64Array) => values.filter((one) => one > low && one < high).length
      return { variable, features: features.slice(1), of }
    })
    return [...beside, ...parts]
  })
}

function curvedIn(declared: Variable) {
  return declared.type === 'number' && declared.knots ? partsOfCurves(declared.knots) : []
}

/** Length of a hospital's part: one for each that is counted, and one for an outcome that is a number. */
export function offModeLength(task: Task): number {
  return countedIn(task).length + Number(task.plan.fit !== undefined && task.outcome.task === 'regression')
}

/**
 * This hospital's part: how many training rows each sets apart here. Rows beside the most frequent value are counted beside that of
 * each hospital: added up never more than beside the most frequent one of all, so that a number that sets few apart is always found.
 */
export function contributeOffMode(task: Task, table: Table, train: Uint32Array): Float64Array {
  const out = new Float64Array(offModeLength(task))
  const columns = task.variables.map((declared, variable) =>
    Float64Array.from(train, (row) => settle(declared, table.columns[variable]?.[row] ?? Number.NaN)),
  )
  const counted = countedIn(task)
  counted.forEach(({ variable, of }, place) => {
    out[place] = of(columns[variable] ?? new Float64Array())
  })
  if (out.length > counted.length) {
    const outcome = Float64Array.from(train, (row) => table.outcome[row] ?? Number.NaN)
    out[counted.length] = besideMost(outcome, 1)
  }
  return out
}

/** Known values that are none of the so many most frequent ones. */
function besideMost(values: Float64Array, most: number): number {
  const counts = new Map<number, number>()
  for (const value of values) if (!Number.isNaN(value)) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts.values()]
    .toSorted((a, b) => b - a)
    .slice(most)
    .reduce((sum, count) => sum + count, 0)
}
