/** What the text of one cell can be read as. Every function takes a trimmed text. */

/** Blanks of R, SQL, SPSS, Excel and pandas: they mean missing whatever else stands in a column. */
const MISSING = new Set([
  ...['', 'na', 'n/a', 'nan', '?', 'null', '.', '<na>', '-nan', '\\n', '(null)', '<null>', '[null]', 'nat'],
  ...['#n/a', '#na', '#null!', '#nv', '#div/0!', '#value!', '#ref!', '#num!', '#name?', '#spill!', '#calc!'],
  ...[
    '#wert!',
    '#bezug!',
    '#zahl!',
    '#valeur!',
    '#nombre!',
    '#\u00A1valor!',
    '#\u00A1ref!',
    '#n/d',
    '1.#ind',
  ],
  ...['-1.#ind', '1.#qnan', '-1.#qnan'],
])
const LONGEST_CODE = 8
/** These mean missing only where everything else in a column is a number or a date: elsewhere "none" may be an answer. */
const AMONG_NUMBERS = new Set([
  ...[
    'none',
    'missing',
    'unknown',
    'unk',
    'nil',
    'nd',
    'n.d.',
    'k.a.',
    'n.a.',
    'n.v.',
    'ns',
    'nr',
    'nt',
    'n/k',
  ],
  ...[
    'not done',
    'not known',
    'not available',
    'not applicable',
    'not tested',
    'not measured',
    'not recorded',
  ],
  ...['unbekannt', 'fehlt', 'fehlend', 'inconnu', 'desconocido', 'sconosciuto', 'onbekend', 'nieznane'],
  ...[
    'inf',
    '-inf',
    'infinity',
    'tbd',
    'pending',
    'n/d',
    'ausstehend',
    'entf\u00E4llt',
    'leer',
    'blank',
    'empty',
  ],
  ...[
    'refused',
    'declined',
    'unable',
    'invalid',
    'error',
    'hemolyzed',
    'haemolysed',
    'h\u00E4molytisch',
    'qns',
  ],
  ...['insufficient', 'clotted'],
])
/** Nothing but dashes, dots and the like. */
const MARKS_ONLY = /^[\p{P}\p{S}\s]+$/u
/** No day, as databases write it. */
const NO_DAY = /^(?:0000([-./])00\1|00([-./])00\2)(?:00|0000)(?:[T ]00:00(?::00(?:\.0+)?)?)?$/

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
  return (
    text.length === 0 || named.has(text) || (text.length <= LONGEST_CODE && MISSING.has(text.toLowerCase()))
  )
}

/** Whether a text among numbers or dates means that there is none. */
export function isMissingAmongNumbers(text: string): boolean {
  if (text.length > 27) return false
  if (text.length > 7 && text.startsWith('00') && NO_DAY.test(text)) return true
  return text.length <= 15 && (AMONG_NUMBERS.has(text.toLowerCase()) || MARKS_ONLY.test(text))
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
