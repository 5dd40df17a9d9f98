import { spelling } from '#domain/spelling.ts'

/** What a formula works with: a number, a text, or null for missing. */
export type Value = number | string | null

export function isText(value: unknown): value is string {
  return typeof value === 'string'
}

type Work = (a: Value, b: Value) => Value

const arithmetic: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
}
const order: Record<string, (a: number | string, b: number | string) => boolean> = {
  '<': (a, b) => signOf(a, b) < 0,
  '<=': (a, b) => signOf(a, b) <= 0,
  '>': (a, b) => signOf(a, b) > 0,
  '>=': (a, b) => signOf(a, b) >= 0,
  '==': isSame,
  '===': isSame,
  '!=': (a, b) => !isSame(a, b),
  '!==': (a, b) => !isSame(a, b),
}

/** What an operator does with two values: missing in, missing out. Undefined for an operator that is none of ours. */
export function operate(operator: string): Work | undefined {
  const sum = Object.hasOwn(arithmetic, operator) ? arithmetic[operator] : undefined
  if (sum) return (a, b) => (typeof a === 'number' && typeof b === 'number' ? finite(sum(a, b)) : null)
  const compare = Object.hasOwn(order, operator) ? order[operator] : undefined
  return compare && ((a, b) => (a === null || b === null ? null : Number(compare(a, b))))
}

/** Texts are the same whatever their case, blanks and Unicode form. */
function isSame(a: number | string, b: number | string): boolean {
  return isText(a) && isText(b) ? a === b || spelling(a) === spelling(b) : signOf(a, b) === 0
}

/** Numbers by size, texts by their letters (so ISO dates by time); a number and the text that writes it are one. */
function signOf(a: number | string, b: number | string): number {
  if (typeof a === typeof b) return a < b ? -1 : a > b ? 1 : 0
  const [left, right] = [Number(a), Number(b)]
  if (!Number.isNaN(left) && !Number.isNaN(right)) return left - right
  return String(a) < String(b) ? -1 : 1
}

/** Infinity and "no number" are missing. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

const numeric = (work: (...values: number[]) => number) => (values: readonly Value[]) => {
  const numbers = values.filter((value) => typeof value === 'number')
  return numbers.length === values.length ? finite(work(...numbers)) : null
}

interface Known {
  readonly least: number
  readonly most: number
  readonly work: (values: readonly Value[]) => Value
}

const DAY_MS = 86_400_000
const known: Record<string, Known> = {
  abs: { least: 1, most: 1, work: numeric(Math.abs) },
  sqrt: { least: 1, most: 1, work: numeric(Math.sqrt) },
  log: { least: 1, most: 1, work: numeric(Math.log) },
  log10: { least: 1, most: 1, work: numeric(Math.log10) },
  exp: { least: 1, most: 1, work: numeric(Math.exp) },
  floor: { least: 1, most: 1, work: numeric(Math.floor) },
  ceil: { least: 1, most: 1, work: numeric(Math.ceil) },
  round: { least: 1, most: 1, work: numeric(Math.round) },
  pow: { least: 2, most: 2, work: numeric(Math.pow) },
  min: { least: 1, most: 20, work: numeric(Math.min) },
  max: { least: 1, most: 20, work: numeric(Math.max) },
  /** 1 where a value is missing. */
  missing: { least: 1, most: 1, work: ([value = null]) => Number(value === null) },
  /** The first of its values that is there. */
  first: { least: 1, most: 20, work: (values) => values.find((value) => value !== null) ?? null },
  /** 1 where the first value is one of the others. */
  oneOf: {
    least: 2,
    most: 50,
    work: ([value = null, ...others]) =>
      value === null ? null : Number(others.some((other) => other !== null && isSame(value, other))),
  },
  year: {
    least: 1,
    most: 1,
    work: ([date = null]) => (isText(date) ? finite(Number(date.slice(0, 4))) : null),
  },
  /** Days from the first date to the second. */
  days: { least: 2, most: 2, work: ([from = null, to = null]) => daysBetween(from, to) },
  lower: { least: 1, most: 1, work: ([text = null]) => (isText(text) ? text.toLowerCase() : text) },
}

function daysBetween(from: Value, to: Value): Value {
  return isText(from) && isText(to) ? finite((Date.parse(to) - Date.parse(from)) / DAY_MS) : null
}

/** A function of formulas by its name and how many values it is given; undefined where there is none. */
export function callOf(name: string, count: number): Known['work'] | undefined {
  const found = Object.hasOwn(known, name) ? known[name] : undefined
  return found && count >= found.least && count <= found.most ? found.work : undefined
}
