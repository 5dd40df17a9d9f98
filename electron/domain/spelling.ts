const PLAIN = /^[!-~]*$/
/** Marks that show nothing: zero width, directions, soft hyphens, byte order marks, fillers, variants of a glyph. */
const UNSEEN = /\p{Cf}|\p{Variation_Selector}|\u115F|\u1160|\u3164/gu
const DASHES = /[\u2010-\u2015\u2212]/g

/**
 * How a value is spelt where case, blanks and the form of its Unicode letters decide nothing: two values with the same spelling
 * are one value.
 */
export function spelling(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase()
  const plain = text.normalize('NFKC').replace(UNSEEN, '').replace(DASHES, '-')
  return plain.replace(/\s+/g, ' ').trim().toLowerCase().normalize('NFKC')
}
