import iconv from 'iconv-lite'

/** Defined terms of Specific Character Set (PS3.3, C.12.1.1.2) and the encodings that they name. */
const SETS: Record<string, string> = {
  '': 'latin1',
  'ISO_IR 6': 'latin1',
  'ISO_IR 100': 'iso-8859-1',
  'ISO_IR 101': 'iso-8859-2',
  'ISO_IR 109': 'iso-8859-3',
  'ISO_IR 110': 'iso-8859-4',
  'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 138': 'iso-8859-8',
  'ISO_IR 148': 'iso-8859-9',
  'ISO_IR 203': 'iso-8859-15',
  'ISO_IR 13': 'shift_jis',
  'ISO_IR 166': 'tis-620',
  'ISO_IR 192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk',
}
const ESCAPE = 0x1b

/** Decodes bytes of a text by the file's character sets; code extensions switch by escape sequences. */
export function decodeText(bytes: Uint8Array, charsets: readonly string[]): string {
  if (bytes.includes(ESCAPE)) return decodeExtended(Buffer.from(bytes))
  const set = (charsets[0] ?? '').replace('ISO 2022 IR', 'ISO_IR').trim()
  return iconv.decode(Buffer.from(bytes), SETS[set] ?? 'latin1')
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
