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

function common(a: readonly string[], b: readonly string[]): string[] {
  const those = new Set(b)
  return a.filter((one) => those.has(one))
}
