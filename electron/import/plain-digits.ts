const PLAIN = /^[ -~]*$/
const UNSEEN = /\p{Cf}/gu
const WIDE = /[\uFF01-\uFF5E]/g
/** Digits of other scripts stand in runs of ten. */
const FOREIGN = /(?![0-9])\p{Nd}/gu
const DIGIT = /\p{Nd}/u

/** A text with its digits, and what East Asia writes as wide as its own signs, as ASCII has them, without marks that show nothing. */
export function plainDigits(text: string): string {
  if (PLAIN.test(text)) return text
  return text
    .replace(UNSEEN, '')
    .replace(WIDE, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(FOREIGN, digitOf)
}

/** How many digits of its script stand before a digit. */
function digitOf(sign: string): string {
  const code = sign.codePointAt(0) ?? 0
  let before = 0
  while (before < 9 && DIGIT.test(String.fromCodePoint(code - before - 1))) before += 1
  return String(before)
}
