import { conversion } from '#domain/units.ts'
import { conceptOf } from './concepts.ts'

/** What a living person can have of what a column is named after, in the column's unit; null when that is unknown. */
export function plausibleRange(column: string, unit: string | null) {
  const found = conceptOf(column)
  if (!found) return null
  const { name, low, high } = found
  if (unit === null || unit === found.unit) return widest(found, { name, low, high, unit: unit ?? '' }, unit)
  const into = conversion(found.unit, unit, found.molarMass)
  if (!into) return null
  const [first, second] = [low * into.factor + into.offset, high * into.factor + into.offset]
  return { name, unit, low: tidy(Math.min(first, second)), high: tidy(Math.max(first, second)) }
}

type Range = { readonly name: string; readonly low: number; readonly high: number; readonly unit: string }

/** Without a unit an analyte may be in mass or in amount of substance: what either allows is plausible. */
function widest(
  found: { unit: string; molarMass?: number; low: number; high: number },
  range: Range,
  unit: string | null,
): Range {
  if (unit !== null) return range
  const other = found.molarMass
    ? conversion(found.unit, found.unit.startsWith('mmol') ? 'mg/dL' : 'mmol/L', found.molarMass)
    : null
  if (!other) return { ...range, unit: '' }
  const ends = [found.low, found.high, found.low * other.factor, found.high * other.factor]
  return { ...range, low: tidy(Math.min(...ends)), high: tidy(Math.max(...ends)) }
}

function tidy(value: number): number {
  return Number(value.toPrecision(3))
}
