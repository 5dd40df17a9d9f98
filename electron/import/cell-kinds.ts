import { ordersOf } from './dates.ts'
import { formatsOf } from './numbers.ts'
import { isMissing } from './words.ts'
import { writtenNumber } from './written-numbers.ts'

/** What the cells of a column are, as far as the shape of a table goes. */
export type CellKind = 'empty' | 'number' | 'time' | 'word'

const NONE: ReadonlySet<string> = new Set()
const TIME = /^(?:\d{1,3}:)?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?(?: ?[ap]\.?m\.?)?$/i
/** Only digits, or digits with marks: what no name of a column is. */
const HAS_DIGIT = /\d/

/** What a cell is: `time` stands for days and times of day. */
export function kindOf(cell: string): CellKind {
  const text = cell.trim()
  if (isMissing(text, NONE)) return 'empty'
  // Every number, day and time has a digit, and most words have none.
  if (!HAS_DIGIT.test(text)) return 'word'
  if (formatsOf(text) !== 0) return 'number'
  if (TIME.test(text) || ordersOf(text) !== 0) return 'time'
  return writtenNumber(text) ? 'number' : 'word'
}

/** Whether a line has nothing but dashes or the like in it, as they underline a header. */
export function isRuled(cells: readonly string[]): boolean {
  const filled = cells.filter((cell) => cell.trim() !== '')
  return filled.length > 0 && filled.every(isRule)
}

function isRule(cell: string): boolean {
  return /^[-=_+*~|: ]{3,}$/.test(cell) && /[-=_*~]{3}/.test(cell)
}

/** The number of cells up to the last that is not empty. */
export function reachOf(cells: readonly string[]): number {
  let count = cells.length
  while (count > 0 && (cells[count - 1] ?? '').trim() === '') count -= 1
  return count
}

/** How many cells are not empty. */
export function filledIn(cells: readonly string[]): number {
  return cells.reduce((count, cell) => (cell.trim() === '' ? count : count + 1), 0)
}

/** A unit without the brackets around it. */
export function bare(cell: string): string {
  return cell.trim().replace(/^[([{](.*)[)\]}]$/, '$1')
}
