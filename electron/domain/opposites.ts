import { spelling } from './spelling.ts'

/** Pairs of words of which one says no where the other says yes, in the languages that the import knows. */
const PAIRS: readonly (readonly [string, string])[] = [
  ['1', '0'],
  ['true', 'false'],
  ['t', 'f'],
  ['yes', 'no'],
  ['y', 'n'],
  ['ja', 'nein'],
  ['ja', 'nee'],
  ['ja', 'nej'],
  ['ja', 'nei'],
  ['j', 'n'],
  ['oui', 'non'],
  ['o', 'n'],
  ['si', 'no'],
  ['sí', 'no'],
  ['sì', 'no'],
  ['s', 'n'],
  ['sim', 'não'],
  ['tak', 'nie'],
  ['dead', 'alive'],
  ['died', 'alive'],
  ['died', 'survived'],
  ['deceased', 'alive'],
  ['deceased', 'survived'],
  ['dead', 'survived'],
  ['positive', 'negative'],
  ['pos', 'neg'],
  ['present', 'absent'],
  ['malignant', 'benign'],
  ['case', 'control'],
  ['event', 'no event'],
  ['event', 'censored'],
  ['abnormal', 'normal'],
]

/**
 * The words that say no where these say yes, and the other way round. A value that is named names its plain opposite: 1 and 0,
 * yes and no, dead and alive; a word without one has none.
 */
export function oppositesOf(words: readonly string[]): string[] {
  const named = new Set(words.map((word) => spelling(word)))
  const found = PAIRS.flatMap(([a, b]) => [...(named.has(a) ? [b] : []), ...(named.has(b) ? [a] : [])])
  return [...new Set(found)].filter((word) => !named.has(word))
}
