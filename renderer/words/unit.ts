import { words } from './words.ts'

/** A unit of a column or a variable as a reader knows it; nothing where there is none. */
export function shownUnit(unit: string | null | undefined): string {
  return unit ? (words.units[unit] ?? unit) : ''
}

/** The same with a space before it, to stand behind a number. */
export function behindNumber(unit: string | null | undefined): string {
  const shown = shownUnit(unit)
  return shown === '' || shown === '%' ? shown : ` ${shown}`
}
