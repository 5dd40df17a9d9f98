import { isAscii } from 'node:buffer'
import iconv from 'iconv-lite'
import type { Encoding, EncodingReading } from '#domain/importing.ts'
import { languages } from './languages.ts'
import { isBroken, isLetter, likelihoodIn, rarityOf } from './likelihood.ts'
import { iconvName } from './names.ts'

/** One way to read a file's bytes: the words that come out, as they would be seen. */
interface Way {
  readonly encoding: Encoding
  /** Logarithm of how likely these bytes are so written, up to a constant that all ways share. */
  readonly likelihood: number
  readonly words: readonly string[]
}

/** How much rarer than Windows-1252 encodings are met, as a logarithm; the first of those that read alike is named. */
const RARITIES: readonly (readonly [number, readonly Encoding[]])[] = [
  [0, ['windows-1252']],
  [-1, ['windows-1251', 'shift_jis', 'gb18030', 'big5', 'euc-kr', 'euc-jp']],
  [-1.5, ['windows-1250', 'windows-1254', 'windows-1257']],
  [-2.5, ['windows-1253', 'iso-8859-2', 'iso-8859-5', 'iso-8859-7', 'iso-8859-9', 'iso-8859-15']],
  [-3, ['ibm850', 'ibm852', 'ibm866', 'ibm857', 'ibm437', 'ibm737', 'ibm775']],
  [-3.5, ['windows-1255', 'windows-1256', 'windows-874', 'windows-1258']],
  [-4, ['koi8-r', 'koi8-u', 'macintosh', 'x-mac-cyrillic', 'iso-8859-4', 'iso-8859-13', 'iso-8859-16']],
  [-4.5, ['ibm862', 'iso-8859-6', 'ibm860', 'ibm861', 'ibm865']],
]
const CANDIDATES = RARITIES.flatMap(([rarity, all]) => all.map((one) => [one, rarity] as const))

/** So many different words settle what a file is written in, and so many tell which ways are worth a closer look. */
const MOST_WORDS = 300
const FIRST_WORDS = 30
/** Ways that are so much less likely by the first words (a logarithm) are not looked at again. */
const HOPELESS = 60
const SHOWN_WORDS = 3
const LONGEST_SHOWN = 40
/** Ways that are less likely than the best by more than this (a factor of e^4, about 50) are no doubt. */
const DOUBT = 4
const DOUBT_OF_SIGNS = 30

/**
 * The ways in which bytes that are not UTF-8 can be read, the likeliest first: by how letters follow each other in some thirty
 * languages, and by which signs stand in a table. More than one stands there only where the bytes leave a doubt.
 */
export function guessEncoding(bytes: Uint8Array): [EncodingReading, ...EncodingReading[]] {
  const words = wordsOf(bytes)
  const first = ranked(CANDIDATES, words.slice(0, FIRST_WORDS))
  const hopeful = new Set(first.filter((one) => isNear(one, first, HOPELESS)).map(({ encoding }) => encoding))
  const ways =
    words.length > FIRST_WORDS
      ? ranked(
          CANDIDATES.filter(([one]) => hopeful.has(one)),
          words,
        )
      : first
  const near = differing(ways).filter((one) => isNear(one, ways, doubtBetween(one, ways[0])))
  const [best = { encoding: 'windows-1252', likelihood: 0, words: [] }, ...others] = near.slice(0, 3)
  const all: [Way, ...Way[]] = [best, ...others]
  const shown = best.words.flatMap((word, at) => (others.some((one) => one.words[at] !== word) ? [at] : []))
  const show = ({ words: read, encoding }: Way): EncodingReading => ({
    encoding,
    words: shown.slice(0, SHOWN_WORDS).map((at) => (read[at] ?? '').slice(0, LONGEST_SHOWN)),
  })
  return [show(all[0]), ...all.slice(1).map(show)]
}

/** Signs of East Asia say less of a language than letters do: few of them stand in its names. */
function doubtBetween({ encoding }: Way, best: Way | undefined): number {
  return WRITTEN[encoding] && best && WRITTEN[best.encoding] ? DOUBT_OF_SIGNS : DOUBT
}

/** Without ways that read every word as a likelier one does. */
function differing(ways: readonly Way[]): Way[] {
  const seen = new Set<string>()
  return ways.filter(({ words }) => {
    const key = words.join('\n')
    const isNew = !seen.has(key)
    seen.add(key)
    return isNew
  })
}

function isNear({ likelihood }: Way, [best]: readonly Way[], distance: number): boolean {
  return best !== undefined && likelihood > best.likelihood - distance
}

function ranked(candidates: typeof CANDIDATES, words: readonly Buffer[]): Way[] {
  const ways = candidates.flatMap(([encoding, rarity]) => wayOf(encoding, rarity, words) ?? [])
  return ways.toSorted((a, b) => b.likelihood - a.likelihood)
}

const isLetterByte = (byte: number) => byte > 127 || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122)

/** The different words with a byte beyond ASCII in them, as bytes; no more than so many. */
function wordsOf(bytes: Uint8Array): Buffer[] {
  const found = new Map<string, Buffer>()
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = 0; at < all.length && found.size < MOST_WORDS;) {
    const end = endOfWord(all, at)
    const word = all.subarray(at, end)
    if (!isAscii(word)) found.set(word.toString('latin1'), word)
    at = end + 1
  }
  return [...found.values()]
}

/** Where the word that begins at a place is over; the second byte of a character of two may be any sign from @ on. */
function endOfWord(bytes: Uint8Array, start: number): number {
  let at = start
  while (at < bytes.length && isWithin(bytes[at] ?? 0, at > start ? (bytes[at - 1] ?? 0) : 0)) at += 1
  return at
}

function isWithin(byte: number, before: number): boolean {
  return isLetterByte(byte) || (byte >= 64 && before > 127)
}

function wayOf(encoding: Encoding, rarity: number, words: readonly Buffer[]): Way | null {
  const texts = words.map((word) => iconv.decode(word, iconvName(encoding)))
  const whole = texts.filter((text) => !isBroken(text))
  // A damaged word or two in a long file say nothing; more do.
  if (texts.length - whole.length > texts.length / 50) return null
  // Narrow kana are those of words.
  const read = whole.map((text) => text.normalize(WRITTEN[encoding]?.includes('ja') ? 'NFKC' : 'NFC'))
  const letters = [...new Set(read.join(''))].filter((sign) => sign > '\u007F' && isLetter(sign))
  const written = WRITTEN[encoding]
  const possible = written ? languages().filter(({ tag }) => written.includes(tag)) : languages()
  const spoken = possible.filter((one) => {
    const own = letters.filter((letter) => one.has(letter.toLowerCase())).length
    return own * 3 >= letters.length
  })
  const rare = rarityOf(encoding)
  const best = Math.max(
    ...(spoken.length > 0 ? spoken : possible).map((one) => likelihoodIn(one, read, rare)),
  )
  return { encoding, likelihood: best + rarity, words: texts }
}

/** What encodings of East Asia are written for; the others hold several languages. Kana stand in those of Chinese, too, and nobody writes them there. */
const WRITTEN: Partial<Record<Encoding, readonly string[]>> = {
  shift_jis: ['ja'],
  'euc-jp': ['ja'],
  gb18030: ['zh-Hans'],
  big5: ['zh-Hant'],
  'euc-kr': ['ko'],
}
