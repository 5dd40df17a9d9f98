import type { Variable } from '#domain/variable.ts'
import type { Table, Task } from '#trainer/jobs.ts'
import {
  APART,
  cellsOf,
  type Correlation,
  correlationsOf,
  directedTargets,
  FEWEST_LOOKED_AT,
} from './directions.ts'

/** How often a level occurs here and among all others, and how it goes with each quantity of the outcome. */
interface CodedLevel {
  readonly ours: number
  readonly others: number
  readonly correlations: readonly Correlation[]
  /** The others' mean correlations. */
  readonly directions: readonly number[]
}

/** How far shares of honest hospitals lie apart: arcsines of their roots. */
const SHARES_APART = 0.17
/** What is done and how it is read may differ altogether from place to place: shares alone prove no more than this. */
const MOST_OF_TWO = 4
const MOST_OF_MANY = 7.5
/** By so much (as a logarithm of odds) another coding has to fit better. */
const BETTER = 6

/**
 * Whether the levels of a variable seem to be coded otherwise than elsewhere: with their names exchanged, their shares and
 * their directions would be like the others' by far. `rows` are ours with a value.
 */
function isRecoded(levels: readonly CodedLevel[], rows: number): boolean {
  const places = levels.map((_, i) => i)
  const costs = levels.map((own) => levels.map((other) => costOf(own, other, rows)))
  const sum = (order: readonly number[], part: keyof Cost) =>
    order.reduce((total, other, own) => total + (costs[own]?.[other]?.[part] ?? 0), 0)
  const cost = (order: readonly number[]) => sum(order, 'shares') + sum(order, 'along')
  const better = exchanged(places, cost)
  const gain = (part: keyof Cost) => sum(places, part) - sum(better, part)
  // Levels can be exchanged in many ways, of which one may fit by chance.
  const moved = better.filter((other, own) => other !== own)
  const ways = moved.reduce((total, _, i) => total + Math.log(levels.length - i), 0)
  const byShares = Math.min(levels.length > 2 ? MOST_OF_MANY : MOST_OF_TWO, gain('shares'))
  return byShares + gain('along') > BETTER + ways / 2
}

/** The best order that exchanges of two lead to. */
function exchanged(start: readonly number[], cost: (order: readonly number[]) => number): readonly number[] {
  let best = start
  for (let isBetter = true; isBetter;) {
    isBetter = false
    for (let a = 0; a < best.length; a++) {
      for (let b = a + 1; b < best.length; b++) {
        const tried = best.toSpliced(a, 1, best[b] ?? b).toSpliced(b, 1, best[a] ?? a)
        if (cost(tried) >= cost(best) - 1e-9) continue
        best = tried
        isBetter = true
      }
    }
  }
  return best
}

interface Cost {
  readonly shares: number
  readonly along: number
}

/** How badly our level fits another of the others', by its share and by how it goes with the outcome: minus logarithms of likelihoods. */
function costOf(own: CodedLevel, other: CodedLevel, rows: number): Cost {
  const apart = Math.asin(Math.sqrt(own.ours)) - Math.asin(Math.sqrt(other.others))
  const shares = apart ** 2 / (2 * (SHARES_APART ** 2 + 1 / (4 * Math.max(1, rows))))
  const along = own.correlations.reduce((sum, { errors }, i) => {
    const expected = (other.directions[i] ?? 0) * Math.sqrt(rows)
    return sum + (errors - expected) ** 2 / (2 * (1 + rows * APART ** 2))
  }, 0)
  return { shares, along }
}

/** A feature's share of rows here and among all others. */
interface Share {
  readonly name: string
  readonly variable: number | null
  readonly ours: number
  readonly others: number
}

/** Indices of the variables with levels, yes and no among them, that seem to be coded otherwise here than at the others. */
export function recodedVariables(
  task: Task,
  table: Table,
  train: Uint32Array,
  { lines, directions }: { readonly lines: readonly Share[]; readonly directions: Float64Array | null },
): readonly number[] {
  const correlations = correlationsOf(task, table, train, FEWEST_LOOKED_AT)
  const targets = directedTargets(task).length
  const cells = cellsOf(task).map(({ variable }, at) => ({
    variable,
    correlations: correlations.slice(at * targets, (at + 1) * targets),
    directions: directions ? [...directions.subarray(at * targets, (at + 1) * targets)] : [],
  }))
  return task.variables.flatMap((declared, variable) => {
    if (declared.type === 'number') return []
    const own = cells.filter((one) => one.variable === variable)
    const shares = sharesOf(
      declared,
      lines.filter((one) => one.variable === variable),
    )
    const told = declared.type === 'boolean' ? [...own.map(opposite), ...own] : own
    const levels = shares.map((share, i) => ({
      ...share,
      ...(told[i] ?? { correlations: [], directions: [] }),
    }))
    const isKnown = levels.every(({ ours, others }) => Number.isFinite(ours) && Number.isFinite(others))
    return isKnown && isRecoded(levels, train.length) ? [variable] : []
  })
}

/** Shares of each level, of which the first is what the features leave over. */
function sharesOf(declared: Variable, lines: readonly Share[]): Pick<CodedLevel, 'ours' | 'others'>[] {
  const names = declared.type === 'category' ? declared.categories.slice(1) : []
  const wanted =
    declared.type === 'category' ? names.map((one) => `${declared.name} = ${one}`) : [declared.name]
  const others = wanted.map((name) => lines.find((one) => one.name === name))
  // What is missing counts as the first level only where the study says so: then it has no line of its own.
  const all = declared.type === 'boolean' ? others : lines
  const rest = (of: 'ours' | 'others') => within(1 - all.reduce((sum, one) => sum + (one?.[of] ?? 0), 0))
  const first = { ours: rest('ours'), others: rest('others') }
  return [first, ...others.map((one) => ({ ours: within(one?.ours ?? 0), others: within(one?.others ?? 0) }))]
}

const within = (share: number) => Math.min(1, Math.max(0, share))

/** No goes with the outcome against yes. */
function opposite<T extends Pick<CodedLevel, 'correlations' | 'directions'>>(one: T): T {
  const correlations = one.correlations.map(({ r, errors }) => ({ r: -r, errors: -errors }))
  return { ...one, correlations, directions: one.directions.map((value) => -value) }
}
