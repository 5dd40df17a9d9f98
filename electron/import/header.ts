import { kindOf } from './cell-kinds.ts'

type Records = readonly (readonly string[])[]

/** A header that is one cell short of all rows. */
export function namesRows([header = [], ...rest]: Records): boolean {
  return (
    rest.length > 0 &&
    header.length > 0 &&
    rest.every((one) => one.length === header.length + 1 && one.at(-1) !== '')
  )
}

/**
 * The first record is a header unless its cells look like those below it: numbers over numbers, or a text that comes
 * again in its own column. A lone record is one unless it holds a number. `isDoubtful`: nothing speaks for it or against it.
 */
export function hasHeader(records: Records): { isHeader: boolean; isDoubtful: boolean } {
  const [first = [], ...rest] = records
  if (rest.length === 0) return { isHeader: !first.some(isNumber), isDoubtful: false }
  const shift = namesRows(records) ? 1 : 0
  let [votes, voters] = [0, 0]
  for (const [position, name] of first.entries()) {
    const below = rest
      .map((record) => (record[position + shift] ?? '').trim())
      .filter((cell) => kindOf(cell) !== 'empty')
    if (below.length === 0 || kindOf(name) === 'empty') continue
    const vote = voteOf(name.trim(), below)
    votes += vote
    voters += Math.abs(vote)
  }
  const isSteps = votes < 0 && areSteps(first, rest)
  return { isHeader: votes >= 0 || isSteps, isDoubtful: voters === 0 || isSteps }
}

function areSteps(first: readonly string[], rest: Records): boolean {
  return isOverSteps(first, rest) || isOverYears(first, rest)
}

/** A line of growing numbers behind an empty cell over names of rows: the years or classes of a table of counts. */
function isOverSteps([corner = '', ...steps]: readonly string[], rest: Records): boolean {
  const numbers = steps.map((step) => Number(step))
  return (
    steps.length > 1 &&
    corner.trim() === '' &&
    rest.every(([name = '']) => name.trim() !== '') &&
    numbers.every((step, at) => at === 0 || step > (numbers[at - 1] ?? Infinity))
  )
}

/** Words and growing years over other numbers: the counts of each year. */
function isOverYears(first: readonly string[], rest: Records): boolean {
  const places = first.flatMap((name, at) => (isNumber(name) ? [at] : []))
  const years = places.map((at) => Number(first[at]))
  const below = rest.flatMap((record) => places.map((at) => Number((record[at] ?? '').trim())))
  return (
    years.length > 1 &&
    years.length < first.length &&
    years.every((year, at) => isYear(year) && (at === 0 || year > (years[at - 1] ?? Infinity))) &&
    below.filter(isYear).length * 2 < below.length
  )
}

function isYear(value: number): boolean {
  return Number.isInteger(value) && value >= 1900 && value <= 2100
}

function isNumber(text: string): boolean {
  const kind = kindOf(text)
  return kind === 'number' || kind === 'time'
}

function voteOf(name: string, below: readonly string[]): number {
  const numeric = below.filter(isNumber).length / below.length
  if (isNumber(name)) return numeric > 0.5 ? -1 : 0
  if (numeric > 0.9) return 1
  return below.includes(name) ? -1 : 0
}
