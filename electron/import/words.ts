/** What the text of one cell can be read as. Every function takes a trimmed text. */

const MISSING = new Set(['', 'na', 'n/a', 'nan', '?', 'null', '.', '#n/a', '<na>', '-nan', '#na'])
/** These mean missing only where everything else in a column is a number or a date: elsewhere "none" may be an answer. */
const AMONG_NUMBERS = new Set([
  ...[
    'none',
    'missing',
    'unknown',
    'unk',
    'nil',
    '-',
    '--',
    '---',
    'nd',
    'n.d.',
    'k.a.',
    'n.a.',
    'n.v.',
    'ns',
  ],
  ...[
    'not done',
    'not known',
    'not available',
    'not applicable',
    'unbekannt',
    'fehlt',
    'inconnu',
    'desconocido',
  ],
  ...[
    '#value!',
    '#div/0!',
    '#ref!',
    '#num!',
    '#name?',
    'inf',
    '-inf',
    'infinity',
    '??',
    'tbd',
    'pending',
    'nr',
  ],
])

/** Numbers by which tables often mean that there is none. */
export const SENTINELS: ReadonlySet<string> = new Set([
  ...[
    '-1',
    '-9',
    '-9.0',
    '-99',
    '-99.0',
    '-999',
    '-999.0',
    '-9999',
    '-8',
    '-88',
    '-888',
    '-7',
    '-77',
    '-777',
  ],
  ...[
    '9',
    '99',
    '999',
    '9999',
    '99999',
    '999.9',
    '99.9',
    '9999.0',
    '999.0',
    '88',
    '888',
    '8888',
    '77',
    '777',
  ],
])

/** Whether a text means that there is no value: a usual code in any case, or one of those named. */
export function isMissing(text: string, named: ReadonlySet<string>): boolean {
  return text.length === 0 || named.has(text) || (text.length <= 4 && MISSING.has(text.toLowerCase()))
}

/** Whether a text among numbers or dates means that there is none. */
export function isMissingAmongNumbers(text: string): boolean {
  return text.length <= 15 && AMONG_NUMBERS.has(text.toLowerCase())
}

/** 1 for true, 0 for false, in any case; NaN otherwise. Yes and no, Y and N stay words: mappings name them. */
export function toBoolean(text: string): number {
  if (text.length !== 4 && text.length !== 5) return Number.NaN
  const lower = text.toLowerCase()
  return lower === 'true' ? 1 : lower === 'false' ? 0 : Number.NaN
}

/** A text of its own, however short a part of a file it was cut from: what is kept for long must not hold the file. */
export function ownText(text: string): string {
  return text.length < 13 ? text : Buffer.from(text, 'utf16le').toString('utf16le')
}
