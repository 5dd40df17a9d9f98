import type { ColumnType } from '#domain/dataset.ts'
import type { Dialect } from '#domain/importing.ts'
import { createAgreement } from './agreement.ts'
import type { FileHabits } from './infer.ts'
import {
  ANY_FORMAT,
  chosenFormats,
  type Decimal,
  decimalOf,
  formatOf,
  formatsOf,
  isDoubtful,
  mostCommon,
  type NumberFormat,
} from './numbers.ts'
import { SENTINELS } from './words.ts'
import { isOfItsOwn, writtenNumber, type Written } from './written-numbers.ts'

/** What is to be said of the way in which a column's numbers are written. */
export interface NumberRemarks {
  /** Cells that say only that a number lies below or above another. */
  readonly below: number
  readonly above: number
  /** Cells with other marks around their digits than plain numbers have. */
  readonly written: number
  /** The mark in every cell may begin decimals as well as group thousands, and nothing in the file says which. */
  readonly isDoubtful: boolean
}

/** A few words among so many numbers are told, and the column is one of numbers. */
const ENOUGH = 10
const MOST_STRANGE = 0.2
/** Where all numbers are whole, words with digits in them are sooner codes, as these are, than slips. */
const MOST_AMONG_WHOLE = 0.05
/** V30, E850.1, 007, and 17a among whole numbers: the column holds codes. */
const [CODE, LETTERED] = [/^\p{L}{1,4}[-. ]?\p{Nd}|^0\d/u, /^\p{Nd}+\p{L}$/u]
/** Whole numbers of few kinds are codes, as likely as not. */
const FEW_KINDS = 20
const NEARLY_ALL = 0.9

/** Looks at a column's words as numbers. */
export function createNumberLook(wish: Pick<Dialect, 'decimal' | 'thousands'>) {
  const allowed = chosenFormats(wish.decimal, wish.thousands)
  let parts: Written | null = null
  const agreement = createAgreement(ANY_FORMAT, (word) => {
    const formats = formatsOf(word) & allowed
    parts = formats === 0 ? writtenNumber(word) : null
    return parts ? formatsOf(parts.text) & allowed : formats
  })
  const sentinels = createSentinels()
  const whole = createWhole()
  const kinds = new Set<string>()
  const writings = createWritings()
  let cells = 0

  function take(word: string, count: number) {
    if (agreement.tooMany()) return
    const before = agreement.agreed()
    agreement.take(word, count)
    if (agreement.agreed() === before) return
    cells += count
    const text = parts?.text ?? word
    whole.take(text)
    if (kinds.size <= FEW_KINDS) kinds.add(text)
    if (parts) writings.take(parts, count)
    else sentinels.take(word, count)
  }
  function mask(): number {
    const agreed = agreement.mask()
    return agreed === 0 ? mostCommon(agreement.counts()) : agreed
  }
  function format({ decimal, delimiter }: FileHabits): NumberFormat {
    return formatOf(agreement.agreed() === 0 ? allowed : mask(), wish.decimal ?? decimal, delimiter)
  }
  const holds = () => areNumbers(agreement, cells, { isWhole: whole.isPlain(), kinds: kinds.size })
  return {
    take,
    holds,
    decimal: (): Decimal | null => decimalOf(mask()),
    format,
    reading(habits: FileHabits) {
      const found = format(habits)
      const [, ...others] = writings.units()
      const unit = writings.unit(cells)
      // What is converted from another unit hardly stays whole.
      const type: ColumnType = whole.is(found) && others.length === 0 ? 'integer' : 'real'
      return { type, format: found, unit, codes: agreement.codes() }
    },
    cellUnit: () => writings.unit(cells),
    remarks: ({ decimal }: FileHabits): NumberRemarks => ({
      ...writings.counts,
      isDoubtful: isDoubtful(agreement.mask()) && wish.decimal === null && decimal === null,
    }),
    suggested: () => [...sentinels.suggested(), ...agreement.strange()],
    /** Words that keep a column from being one of numbers, where they are few. */
    nearly(present: number) {
      const few = cells >= ENOUGH && agreement.odd() <= present / 5
      return few && !agreement.tooMany() ? agreement.all() : []
    },
  }
}

/** Whether a column is one of numbers, by its `cells` that are and by what else stands there. */
function areNumbers(
  { tooMany, strange: rest, odd }: ReturnType<typeof createAgreement>,
  cells: number,
  { isWhole, kinds }: { readonly isWhole: boolean; readonly kinds: number },
): boolean {
  if (tooMany() || cells === 0) return false
  const strange = rest()
  const isMeasured = kinds > FEW_KINDS || !isWhole
  // Much may be missing; but of few numbers nobody knows whether the codes beside them are values.
  const isSure = isMeasured && cells >= ENOUGH && strange.length === 0
  if (odd() >= cells && !isSure) return false
  return strange.length === 0 || (isMeasured && areSeldom(strange, cells, isWhole))
}

type Counted = readonly (readonly [string, number])[]

/** Whether words that are no numbers stand only here and there among so many cells that are. */
function areSeldom(strange: Counted, cells: number, isWhole: boolean): boolean {
  const digits = strange.filter(([word]) => /\p{Nd}/u.test(word))
  const isCoded = digits.some(([word]) => CODE.test(word) || (isWhole && LETTERED.test(word)))
  const most = isWhole ? MOST_AMONG_WHOLE : MOST_STRANGE
  return cells >= ENOUGH && !isCoded && sum(strange) <= MOST_STRANGE * cells && sum(digits) <= most * cells
}

function sum(counted: Counted): number {
  return counted.reduce((total, [, count]) => total + count, 0)
}

/** What cells have beside their numbers: limits and units. */
function createWritings() {
  const counts = { below: 0, above: 0, written: 0 }
  const units = new Map<string, number>()
  let isMarked = false
  /** Units, the most frequent first; beside numbers that are marked as high an L is no litre. */
  const sorted = () =>
    [...units].filter(([name]) => !isMarked || name !== 'L').toSorted((a, b) => b[1] - a[1])
  return {
    counts,
    take({ bound, unit, mark }: Written, count: number) {
      counts.written += count
      isMarked ||= mark !== null
      if (bound) counts[bound] += count
      if (unit) units.set(unit, (units.get(unit) ?? 0) + count)
    },
    units: () => sorted().map(([name]) => name),
    /** The unit of all `cells`, also of those that name none; null where nobody knows. */
    unit(cells: number): string | null {
      const [named] = sorted()
      if (!named) return null
      return isOfItsOwn(named[0]) && sum(sorted()) < NEARLY_ALL * cells ? null : named[0]
    },
  }
}

const WHOLE = /^[+-]?\d+(?:[.,]0*)?$/
const DIGITS = /^\d+$/
const GROUPED_WHOLE: readonly (readonly [string, RegExp])[] = [
  [',', /^[+-]?\d+(?:,\d{2,3})*$/],
  ['.', /^[+-]?\d+(?:\.\d{3})*$/],
  [' ', /^[+-]?\d+(?:\s\d{3})*$/],
  ["'", /^[+-]?\d+(?:['\u2019]\d{3})*$/],
]

/** Whether all numbers are whole: 1.0 is, and 1,234 where the comma makes groups. */
function createWhole() {
  let plain = true
  let grouped = GROUPED_WHOLE
  return {
    take(word: string) {
      if ((!plain && grouped.length === 0) || DIGITS.test(word)) return
      if (plain) plain = WHOLE.test(word) || (/e/i.test(word) && Number.isInteger(Number(word)))
      if (grouped.length > 0) grouped = grouped.filter(([, pattern]) => pattern.test(word))
    },
    isPlain: () => plain,
    is: ({ thousands }: NumberFormat) =>
      thousands === '' ? plain : grouped.some(([mark]) => mark === thousands),
  }
}

/** Numbers such as -9 and 999 that lie apart from all others: they often mean missing. */
function createSentinels() {
  const counts = new Map<string, number>()
  let [low, high, present] = [Infinity, -Infinity, 0]

  function isApart(value: number): boolean {
    const span = Math.max(high - low, 1)
    // 99 after ages to 97 is a patient; -9 among positive numbers, or 999 far above all others, is not.
    return value < 0
      ? low >= 0 || value < low - 2 * span
      : value > high + Math.max(span, 0.1 * Math.abs(high))
  }
  return {
    take(word: string, count: number) {
      if (SENTINELS.has(word)) {
        counts.set(word, (counts.get(word) ?? 0) + count)
        return
      }
      const value = Number(word.length < 16 ? word.replace(',', '.') : word)
      if (Number.isNaN(value)) return
      present += count
      if (value < low) low = value
      if (value > high) high = value
    },
    suggested: () => (present < 5 ? [] : [...counts].filter(([word]) => isApart(Number(word)))),
  }
}
