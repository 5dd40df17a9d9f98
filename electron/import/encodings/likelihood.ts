import iconv from 'iconv-lite'
import type { Encoding } from '#domain/importing.ts'
import { isSomebodys, type Language } from './languages.ts'
import { iconvName } from './names.ts'

const LETTER = /[\p{L}\p{M}]/u
const BROKEN = /[\uFFFD\p{Cc}\p{Co}]/u

/** Whether a sign is a letter, or a mark on one. */
export function isLetter(sign: string): boolean {
  return LETTER.test(sign)
}

/** Whether a text holds what no table does: signs of control, of private use, or bytes that were no character. */
export function isBroken(text: string): boolean {
  return BROKEN.test(text)
}

// All below are natural logarithms of how likely something is.

/** A letter that a language does not have. */
const FOREIGN = -14
/** A letter that no language has, such as a ligature of print. */
const NOBODYS = -24
/** A character of East Asia that is in no name, where its encoding holds the usual ones, and elsewhere. */
const USUAL = -8
const UNUSUAL = -13
/** Two letters of different scripts in one word. */
const MIXED = -8
/** What follows a letter that a language does not have: nobody knows what does. */
const AFTER_FOREIGN = -3
/** A capital after a small letter in one word, as where the letters of another encoding lie. */
const ODD_CASE = -4
/** A sign that no table has, or any sign within a word. */
const RARE = -18
const APOSTROPHE_WITHIN = -6
/** A micro sign before a unit, and the degree sign before its scale. */
const OF_UNIT = -2
/** Signs that tables have, the usual first. */
const SIGNS: ReadonlyMap<string, number> = new Map(
  Array.from('°–²³±’€½§…«»„“”·®×≤≥£', (sign, place) => [sign, -4 - place / 5]),
)
const UNITS = /^[glmskMPV]/

/** Bytes that begin the usual characters of an encoding of East Asia (levels 1 of JIS X 0208, GB 2312 and Big5, and Hangul). */
const USUAL_LEADS: Partial<Record<Encoding, readonly [number, number]>> = {
  shift_jis: [0x81, 0x97],
  'euc-jp': [0xa1, 0xcf],
  gb18030: [0xb0, 0xd7],
  big5: [0xa4, 0xc6],
  'euc-kr': [0xb0, 0xc8],
}

/** How likely a letter is that a language does not have, by its place in an encoding. */
export function rarityOf(encoding: Encoding): (sign: string) => number {
  const leads = USUAL_LEADS[encoding]
  if (!leads) return (sign) => (isSomebodys(sign) ? FOREIGN : NOBODYS)
  const known = new Map<string, number>()
  return (sign) => {
    const found = known.get(sign)
    if (found !== undefined) return found
    const [lead = 0, trail = 0] = iconv.encode(sign, iconvName(encoding))
    const isUsual = lead >= leads[0] && lead <= leads[1] && (encoding !== 'gb18030' || trail >= 0xa1)
    known.set(sign, isUsual ? USUAL : UNUSUAL)
    return isUsual ? USUAL : UNUSUAL
  }
}

/** Scripts of few letters. */
const SHORT_SCRIPT =
  /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Hebrew}\p{Script=Arabic}]/u
const SCRIPTS = ['Latin', 'Cyrillic', 'Greek', 'Hebrew', 'Arabic', 'Thai'].map(
  (name) => new RegExp(`\\p{Script=${name}}`, 'u'),
)
const MARK = -2
const scripts = new Map<string, number>()

/** Which script a letter is of, as a number; those of East Asia are one, and a mark is of any. */
function scriptOf(letter: string): number {
  const known = scripts.get(letter)
  if (known !== undefined) return known
  const found = /\p{M}/u.test(letter) ? MARK : SCRIPTS.findIndex((script) => script.test(letter))
  scripts.set(letter, found)
  return found
}

function areMixed(a: string, b: string): boolean {
  const [one, other] = [scriptOf(a), scriptOf(b)]
  return one !== other && one !== MARK && other !== MARK
}

/** How likely texts are in a language: letter by letter after the one before, and sign by sign. `rare` tells of letters that it does not have. */
export function likelihoodIn(
  language: Language,
  texts: readonly string[],
  rare: (sign: string) => number,
): number {
  return texts.reduce((sum, text) => sum + likelihoodOf(language, text, rare), 0)
}

function likelihoodOf(language: Language, text: string, rare: (sign: string) => number): number {
  const signs = Array.from(text)
  let sum = 0
  let last = ''
  for (const [at, sign] of signs.entries()) {
    const next = signs[at + 1] ?? ''
    if (isLetter(sign) && !isMicro(sign, next)) {
      sum += letterAfter(language, last, sign, rare)
      last = sign
    } else {
      sum += signBetween(last, sign, next)
      last = ''
    }
  }
  return sum
}

function isMicro(sign: string, next: string): boolean {
  return sign === 'µ' && UNITS.test(next)
}

function letterAfter(language: Language, last: string, sign: string, rare: (sign: string) => number): number {
  const [before, lower] = [last.toLowerCase(), sign.toLowerCase()]
  const alone = language.has(lower) ? Math.max(FOREIGN, language.follows(before, lower)) : rare(sign)
  if (last === '') return alone
  const isAfterForeign = !language.has(before) && SHORT_SCRIPT.test(before)
  const isOdd = last === before && last !== last.toUpperCase() && sign !== lower
  const beside = (areMixed(before, lower) ? MIXED : 0) + (isAfterForeign ? AFTER_FOREIGN : 0)
  return alone + beside + (isOdd ? ODD_CASE : 0)
}

function signBetween(last: string, sign: string, next: string): number {
  if (sign <= '\u007F') return 0
  if (isMicro(sign, next) || (sign === '°' && /[CF]/.test(next))) return OF_UNIT
  if (last !== '' && isLetter(next)) return sign === '’' ? APOSTROPHE_WITHIN : RARE
  return SIGNS.get(sign) ?? RARE
}
