import type { RowsAbout } from '#store/row-sets.ts'
import { contentLevel, PATIENTS, type RowLevel } from './row-keys.ts'

/** How a table's rows are told apart whatever came before: by patient and by what is used of them. */
export function ownLevels({ used, all, patient }: RowsAbout): RowLevel[] {
  const content = contentLevel(used, patient !== null)
  return patient === null ? [contentLevel(all, false), content] : [PATIENTS, content]
}

/** How they are told apart beside earlier sets: by the cells of shared columns, those that both used and all of them. */
export function sharedLevels(about: RowsAbout, before: readonly RowsAbout[]): RowLevel[] {
  return before.flatMap((one) => {
    const byPatient = about.patient !== null && one.patient !== null
    const shared = common(about.used, one.used)
    const levels = shared.length > 0 ? [contentLevel(shared, byPatient)] : []
    if (byPatient) return levels
    const all = common(about.all, one.all)
    return all.length > 0 ? [...levels, contentLevel(all, false)] : levels
  })
}

/**
 * How the patients of two tables are known again: by their names, or by all cells that both hold where one holds all columns of the
 * other. Null for tables that have nothing of the kind in common.
 */
export function levelOfBoth(a: RowsAbout, b: RowsAbout): RowLevel | null {
  if (a.patient !== null && b.patient !== null) return PATIENTS
  const both = common(a.all, b.all)
  const fewest = Math.min(a.all.length, b.all.length)
  return both.length > 0 && both.length === fewest ? contentLevel(both, false) : null
}

function common(a: readonly string[], b: readonly string[]): string[] {
  const those = new Set(b)
  return a.filter((one) => those.has(one))
}
