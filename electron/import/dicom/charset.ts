import { isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'

/** Defined terms of Specific Character Set (PS3.3, C.12.1.1.2) by their number, and the encodings that they name. */
const SETS: Record<string, string> = {
  '6': 'latin1',
  '100': 'iso-8859-1',
  '101': 'iso-8859-2',
  '109': 'iso-8859-3',
  '110': 'iso-8859-4',
  '144': 'iso-8859-5',
  '127': 'iso-8859-6',
  '126': 'iso-8859-7',
  '138': 'iso-8859-8',
  '148': 'iso-8859-9',
  '203': 'iso-8859-15',
  '13': 'shift_jis',
  '166': 'tis-620',
  '192': 'utf-8',
}
const ESCAPE = 0x1b
const LATIN = 'latin1'
/** Terms are known without their marks, and by the names that writers who did not look them up give them. */
const TERM = /^ISO(?:2022)?IR0*(\d+)$/
const PART = /^ISO8859(\d{1,2})$/
const LATINS: Record<string, string> = {
  LATIN1: 'iso-8859-1',
  LATIN2: 'iso-8859-2',
  LATIN5: 'iso-8859-9',
  ASCII: LATIN,
  USASCII: LATIN,
  GB2312: 'gbk',
}

/**
 * The encoding that a term of Specific Character Set names, also where it is misspelt (ISO-IR 100, ISO 8859-1, latin1, utf8).
 * Null for what names none.
 */
export function encodingOf(term: string): string | null {
  const plain = term.toUpperCase().replace(/[^A-Z0-9]/g, '')
  if (plain === '') return LATIN
  const number = TERM.exec(plain)?.[1]
  if (number !== undefined) return SETS[number] ?? null
  const part = PART.exec(plain)?.[1]
  const name = part === undefined ? (LATINS[plain] ?? plain) : `iso-8859-${part}`
  return iconv.encodingExists(name) && !/^(?:BASE64|HEX|UCS|UTF(?:16|32|7))/.test(plain) ? name : null
}

/** Whether the file says nothing that is true of these bytes' letters, so that how they are read is a guess. */
export function isGuessed(bytes: Uint8Array, charsets: readonly string[]): boolean {
  if (!bytes.some((byte) => byte >= 0x80) || bytes.includes(ESCAPE)) return false
  const set = encodingOf(charsets[0] ?? '')
  return set === null || (set === LATIN && charsets.length < 2) || (set === 'utf-8' && !isUtf8(bytes))
}

/**
 * Decodes bytes of a text by the file's character sets; code extensions switch by escape sequences. Letters beyond ASCII without
 * a set that allows them are UTF-8 where they are well formed as that, else Latin-1.
 */
export function decodeText(bytes: Uint8Array, charsets: readonly string[]): string {
  if (bytes.includes(ESCAPE)) return decodeExtended(Buffer.from(bytes))
  const set = encodingOf(charsets[0] ?? '')
  if (isGuessed(bytes, charsets)) return guessed(bytes)
  return iconv.decode(Buffer.from(bytes), set ?? LATIN)
}

function guessed(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return iconv.decode(Buffer.from(bytes), LATIN)
  }
}

/** ISO 2022: Japanese as its own encoding, Korean and Chinese by their double-byte sets, others by their own letters. */
function decodeExtended(bytes: Buffer): string {
  const text = bytes.toString('latin1')
  if (text.includes('\u001b$)C'))
    return iconv.decode(Buffer.from(text.replaceAll('\u001b$)C', ''), 'latin1'), 'euc-kr')
  if (text.includes('\u001b$)A'))
    return iconv.decode(Buffer.from(text.replaceAll('\u001b$)A', ''), 'latin1'), 'gb2312')
  if (['$@', '$B', '(J', '$(D'].some((mark) => text.includes(`\u001b${mark}`)))
    return new TextDecoder('iso-2022-jp').decode(bytes)
  const [first = '', ...others] = text.split('\u001b')
  // Behind each escape stand two characters that name the set.
  const set = others.map((part) => part.slice(0, 2)).find((mark) => mark.startsWith('-'))?.[1]
  const plain = first + others.map((part) => part.slice(2)).join('')
  return iconv.decode(Buffer.from(plain, 'latin1'), RIGHT_HALVES[set ?? 'A'] ?? 'latin1')
}

/** Letters in escape sequences for the upper half of the code table (ISO-IR registry). */
const RIGHT_HALVES: Record<string, string> = {
  A: 'iso-8859-1',
  B: 'iso-8859-2',
  C: 'iso-8859-3',
  D: 'iso-8859-4',
  F: 'iso-8859-7',
  G: 'iso-8859-6',
  H: 'iso-8859-8',
  L: 'iso-8859-5',
  M: 'iso-8859-9',
  T: 'tis-620',
  b: 'iso-8859-15',
}
