import type { MappingFinding } from '#contract/mapping.ts'
import { TELLING_COLUMNS } from '#domain/importing.ts'

/** What it means that patients stand in a table several times, by the key of each row that it is held out by; null where none does. */
export function duplicatesIn(
  keys: Float64Array,
  { areNamed, columns }: { readonly areNamed: boolean; readonly columns: number },
): MappingFinding | null {
  const again = keys.length - new Set(keys).size
  if (again === 0 || (!areNamed && columns < TELLING_COLUMNS)) return null
  const what = areNamed
    ? 'are further rows of patients who stand in the table already'
    : 'are copies of others'
  const detail = `${again} of ${keys.length} rows ${what}. All of them are used. Rows of one patient are held out together, so that no copy of a row to train on judges the model.`
  return { severity: 'warning', variable: null, code: 'duplicates', detail }
}
