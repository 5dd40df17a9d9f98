import type { Column } from '#domain/dataset.ts'
import { spelling } from '#domain/spelling.ts'

/** Words that mean the same, each line one meaning. */
const SAME = [
  [
    'yes',
    'y',
    'true',
    't',
    '1',
    'ja',
    'j',
    'oui',
    'o',
    'si',
    'sí',
    'positive',
    'pos',
    'present',
    'malignant',
    'dead',
    'died',
    'deceased',
  ],
  ['no', 'n', 'false', 'f', '0', 'nein', 'non', 'nee', 'negative', 'neg', 'absent', 'benign', 'alive'],
  [
    'male',
    'm',
    'man',
    'männlich',
    'maennlich',
    'masculin',
    'homme',
    'hombre',
    'masculino',
    'maschio',
    'uomo',
  ],
  [
    'female',
    'f',
    'w',
    'woman',
    'weiblich',
    'feminin',
    'féminin',
    'femme',
    'mujer',
    'femenino',
    'femmina',
    'donna',
  ],
  ['unknown', 'u', 'unk', 'other', 'unbekannt', 'inconnu', 'desconocido', 'not known'],
]

/**
 * How a column's own values may be named as a study does: by the same word, or one of the same meaning. `share` is the share of
 * the column's rows that find a name. For yes and no of a sex ("male") the sexes themselves answer.
 */
export function suggestValues(
  wanted: readonly string[],
  column: Column,
  variable: { readonly name: string; readonly label: string },
): { values: Record<string, string> | null; share: number } {
  const ours = wordsOf(column)
  const rows = ours.reduce((sum, one) => sum + one.count, 0)
  const values: Record<string, string> = {}
  let found = 0
  for (const { value, count } of ours) {
    const name = sexAnswer(value, wanted, variable) ?? nameOf(value, wanted)
    if (name === null) continue
    values[value] = name
    found += count
  }
  const isSame = Object.entries(values).every(([from, to]) => from === to)
  return { values: isSame ? null : values, share: rows === 0 ? 0 : found / rows }
}

function wordsOf({ type, categories, low, high, distinct }: Column): { value: string; count: number }[] {
  if (type === 'category') return [...categories]
  // Of numbers only counts are known: two of them, or a few whole ones in a row.
  if (
    (type === 'integer' || type === 'boolean') &&
    low !== null &&
    high !== null &&
    high - low <= 20 &&
    distinct <= 20
  )
    return Array.from({ length: high - low + 1 }, (_, index) => ({ value: String(low + index), count: 1 }))
  return []
}

function nameOf(value: string, wanted: readonly string[]): string | null {
  const lower = spelling(value)
  const same = wanted.find((one) => spelling(one) === lower)
  if (same !== undefined) return same
  const meaning = SAME.filter((words) => words.includes(lower))
  const alike = wanted.filter((one) => meaning.some((words) => words.includes(spelling(one))))
  // F may be false or female: only where one name is left.
  return alike.length === 1 ? (alike[0] ?? null) : null
}

/** For a variable "male", M is yes and F is no; for "female" the other way round. */
function sexAnswer(
  value: string,
  wanted: readonly string[],
  { name, label }: { name: string; label: string },
): string | null {
  if (!wanted.includes('yes')) return null
  const asked = /\b(female|weiblich|woman|femme)\b/i.test(`${name} ${label}`)
    ? 3
    : /\b(male|männlich|man|homme)\b/i.test(`${name} ${label}`)
      ? 2
      : 0
  if (asked === 0) return null
  const lower = spelling(value)
  if (SAME[asked]?.includes(lower)) return 'yes'
  return SAME[asked === 2 ? 3 : 2]?.includes(lower) ? 'no' : null
}
