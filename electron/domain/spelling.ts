const PLAIN = /^[!-~]*$/
/** Marks that show nothing: zero width, directions, soft hyphens, byte order marks, fillers, variants of a glyph. */
const UNSEEN = /\p{Cf}|\p{Variation_Selector}|\u115F|\u1160|\u3164/gu
/** A raised or lowered digit is a footnote or a power: 1² is not 12. */
const RAISED = /[\u00B2\u00B3\u00B9\u2070\u2074-\u2079\u2080-\u2089]/g
const DASHES = /[\u2010-\u2015\u2212]/g

/**
 * How a value is spelt where case, blanks and the form of its Unicode letters decide nothing: two values with the same spelling
 * are one value.
 */
export function spelling(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase()
  const apart = text.replace(RAISED, (digit) => `^${digit}`)
  const plain = apart.normalize('NFKC').replace(UNSEEN, '').replace(DASHES, '-')
  return plain.replace(/\s+/g, ' ').trim().toLowerCase().normalize('NFKC')
}
