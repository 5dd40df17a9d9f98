import type { DriftLine, StatisticsView } from '#contract/planning.ts'
import { behindNumber } from '../words/unit.ts'
import { format, words } from '../words/words.ts'

/** A line of the first table, as it is read. */
export interface TableRow {
  readonly key: string
  readonly name: string
  readonly spread: string
  readonly quartiles: string
  readonly missing: string
}

const none = { quartiles: '', missing: '' }

/** "Table 1": numbers by mean and spread, categories by level; cells of a few patients are not told exactly. */
export function rowsOfTable({ rows, variables, outcome }: StatisticsView): TableRow[] {
  const described = variables.flatMap((one) => rowsOf(one, rows))
  const target = outcome.map(({ name, mean, sd }) => ({
    ...none,
    key: `${words.statistics.outcome} ${name}`,
    name: `${words.statistics.outcome}: ${name}`,
    // Of a zero or one the mean is the share.
    spread: isShare(mean, sd)
      ? shareOf(Math.round(mean * rows), rows)
      : words.statistics.mean(format.value(mean), format.value(sd), ''),
  }))
  return [...described, ...target]
}

/** Whether a mean and its deviation are those of zeros and ones. */
function isShare(mean: number, sd: number): boolean {
  return mean >= 0 && mean <= 1 && Math.abs(sd - Math.sqrt(mean * (1 - mean))) < 0.01
}

function rowsOf(one: StatisticsView['variables'][number], rows: number): TableRow[] {
  const { name, levels } = one
  const missing = one.missing === undefined ? '' : shareOf(one.missing, rows)
  const [first] = levels
  if (levels.length === 1 && first?.name === name) {
    return [{ key: name, name, spread: shareOf(first.rows, rows), quartiles: '', missing }]
  }
  return [
    { key: name, name, ...numbersOf(one), missing },
    ...levels.map((level) => ({
      ...none,
      key: level.name,
      name: level.name,
      spread: shareOf(level.rows, rows),
    })),
  ]
}

function numbersOf({ mean, sd, unit, quartiles }: StatisticsView['variables'][number]) {
  const w = words.statistics
  const spread =
    mean === null || sd === null ? '' : w.mean(format.value(mean), format.value(sd), behindNumber(unit))
  const three = quartiles?.map(format.value) ?? []
  return {
    spread,
    quartiles: three.length === 3 ? w.three(three[0] ?? '', three[1] ?? '', three[2] ?? '') : '',
  }
}

/** Cells of a few patients are not told exactly. */
function shareOf(count: number | null, rows: number): string {
  const w = words.statistics
  return count === null ? w.few : w.share(format.share(count, rows), format.count(count))
}

/** What is odd about a variable of ours, in words. */
export function toldOf(line: DriftLine): string {
  const w = words.statistics
  const { name, ours, others, factor } = line
  const [own, rest] = [valueOrDash(ours), valueOrDash(others)]
  switch (line.finding) {
    case 'coding':
      return w.coding(name)
    case 'direction':
      return w.direction(name)
    case 'rate':
      return w.rate(name, shareOrDash(ours), shareOrDash(others))
    case 'unit':
      return w.unit(name, own, rest, w.ratio(factor ?? 1))
    default:
      return shiftOf(line, own, rest)
  }
}

function shiftOf({ name, difference, outside }: DriftLine, own: string, rest: string): string {
  const w = words.statistics
  return difference !== null && Math.abs(difference) > 1
    ? w.shifted(name, own, rest, format.value(Math.abs(difference)))
    : w.outside(name, format.share(outside, 1))
}

const valueOrDash = (value: number | null) => (value === null ? '–' : format.value(value))
const shareOrDash = (value: number | null) => (value === null ? '–' : format.share(value, 1))
