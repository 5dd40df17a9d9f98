import type { Column } from '#domain/dataset.ts'
import type { ColumnProfile } from '#domain/profile.ts'
import type { Study } from '#domain/study.ts'
import { conceptOf } from '#import/concepts.ts'

export type NumberVariable = Extract<Study['variables'][number], { type: 'number' }>

/** A variable with the column that it is mapped to. */
export interface Paired {
  readonly variable: NumberVariable
  readonly column: Column
  readonly profile: ColumnProfile | undefined
}

const BY_FAR = 1.15
/** Below it, a column fits a variable so badly that another may fit better by far. */
const MISFIT = (2 - 0.5) / BY_FAR / 2
/** Variables that fit badly or bear another's name are compared with all others; beyond so many the mapping is past guessing. */
const MOST_COMPARED = 500

interface Looked extends Paired {
  readonly place: number
  readonly meant: ReturnType<typeof conceptOf>
  readonly found: ReturnType<typeof conceptOf>
  /** The column's quartiles, or its mean in their stead. */
  readonly marks: readonly number[]
}

/** Pairs of variables whose columns fit each other's ranges or names better than their own. */
export function swappedIn(paired: readonly Paired[]): [NumberVariable, NumberVariable][] {
  const all = paired.map(lookAt)
  const odd = all.filter((one) => fitOf(one, one) < MISFIT || !isNamed(one, one)).slice(0, MOST_COMPARED)
  const places = new Set(odd.map((one) => one.place))
  return odd.flatMap((one) =>
    all
      .filter(({ place }) => place > one.place || !places.has(place))
      .map((other): [Looked, Looked] => (one.place < other.place ? [one, other] : [other, one]))
      .filter(([a, b]) => a.column !== b.column && areSwapped(a, b))
      .map(([a, b]): [NumberVariable, NumberVariable] => [a.variable, b.variable]),
  )
}

function lookAt(paired: Paired, place: number): Looked {
  const { variable, column, profile } = paired
  const marks: readonly (number | null)[] = profile?.quartiles ?? [column.mean]
  return {
    ...{ ...paired, place },
    meant: conceptOf(variable.name) ?? conceptOf(variable.label),
    found: conceptOf(column.name),
    marks: marks.filter((one) => one !== null),
  }
}

function areSwapped(a: Looked, b: Looked): boolean {
  if (isNamed(a, b) && isNamed(b, a) && !isNamed(a, a)) return true
  const kept = fitOf(a, a) + fitOf(b, b)
  return fitOf(a, b) + fitOf(b, a) > Math.max(kept, 0.2) * BY_FAR + 0.5
}

/** Whether the column of the second bears the name of the first. */
function isNamed({ variable, meant }: Looked, { column, found }: Looked): boolean {
  return variable.name === column.name || (meant !== null && found === meant)
}

/** The share of the second's marks that lie in the range of the first, which is what a living person can have. */
function fitOf({ variable: { low, high } }: Looked, { marks }: Looked): number {
  if (marks.length === 0) return 0
  return marks.filter((one) => one >= low && one <= high).length / marks.length
}
