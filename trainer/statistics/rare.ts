import type { Task } from '#trainer/jobs.ts'
import { type Feature, featuresOf, isNumberFeature } from '#trainer/variables/features.ts'
import type { Summary } from './moments.ts'
import { countedIn } from './off-mode.ts'
import { targetsOf } from './targets.ts'

/** What the opened statistics say of a quantity. */
type Known = Pick<Summary, 'mean' | 'count' | 'constant'>

/** The opened statistics as far as they tell how few patients a quantity sets apart. */
interface Opened {
  readonly features: readonly Known[]
  readonly targets: readonly Known[]
  /** As `contributeOffMode` says, added up. */
  readonly offMode: ArrayLike<number>
  /** Fewer rows than this of all hospitals are too few to be told apart. */
  readonly fewest: number
}

/**
 * Features, by index, that stay out of an exact fit since they, or what they leave over, would set fewer than the fewest rows apart: sums of
 * their products with other features would be about those rows alone. A level that few have, or all but few; the smallest levels
 * where few have none of the others (the reference, too, is a level); a number that is the same for all but few.
 */
export function leftOutOf(task: Task, opened: Opened): number[] {
  const rows = opened.targets[0]?.count ?? 0
  const all = featuresOf(task).map((feature, index) => ({ feature, index }))
  const indicators = task.variables.map((_, variable) =>
    all.filter(({ feature }) => feature.variable === variable && !isNumberFeature(task, feature)),
  )
  const numbers = countedIn(task).flatMap(({ features }, i) =>
    isRare(opened.offMode[i] ?? 0, opened.fewest) ? features : [],
  )
  return [...numbers, ...indicators.flatMap((cells) => mergedInto(cells, rows, opened))]
}

interface Indexed {
  readonly feature: Feature
  readonly index: number
}

/** Indicators of one variable that count as its reference, by index. */
function mergedInto(indicators: readonly Indexed[], rows: number, { features, fewest }: Opened): number[] {
  const cells = indicators.map(({ index }) => ({ index, has: countOf(features[index]) }))
  const kept = cells
    .filter(({ has }) => !isRare(has, fewest))
    .toSorted((a, b) => b.has - a.has || a.index - b.index)
  const merged = cells.filter(({ has }) => isRare(has, fewest))
  let rest = rows - kept.reduce((sum, { has }) => sum + has, 0)
  while (kept.length > 0 && isRare(rest, fewest)) {
    const [smallest] = kept.splice(-1)
    if (!smallest) break
    merged.push(smallest)
    rest += smallest.has
  }
  return merged.map(({ index }) => index)
}

/**
 * Whether too few rows of all hospitals together have an outcome, or have another: the first gradient would be about those alone. An outcome
 * that nobody has, or all have, is none of these.
 */
export function isOutcomeRare(task: Task, { targets, offMode, fewest }: Opened): boolean {
  const { outcome } = task
  if (outcome.task === 'regression') return isRare(offMode[countedIn(task).length] ?? 0, fewest)
  const shares =
    outcome.task === 'survival' ? targets.slice(0, 1) : targets.slice(0, targetsOf(outcome).length)
  return shares.some((one) => {
    const [has, all] = [countOf(one), knownOf(one)]
    return isRare(has, fewest) || (outcome.task !== 'survival' && isRare(all - has, fewest))
  })
}

function isRare(rows: number, fewest: number): boolean {
  return rows > 0 && rows < fewest
}

function countOf(known: Known | undefined): number {
  return known ? Math.round(known.mean * known.count) : 0
}

function knownOf(known: Known | undefined): number {
  return known?.count ?? 0
}
