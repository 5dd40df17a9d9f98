/** Languages in which months are known by name; 'de-AT' and 'en-GB' have names of their own. */
const TAGS = [
  ...['en', 'en-GB', 'de', 'de-AT', 'fr', 'es', 'it', 'pt', 'nl', 'da', 'sv', 'nb', 'fi', 'is', 'ca', 'et'],
  ...['pl', 'cs', 'sk', 'hu', 'ro', 'hr', 'sl', 'sq', 'lt', 'lv', 'tr', 'az'],
  ...[
    'eu',
    'gl',
    'cy',
    'ga',
    'af',
    'sw',
    'sr-Latn',
    'hi',
    'bn',
    'mr',
    'ta',
    'te',
    'gu',
    'ne',
    'ur',
    'ka',
    'hy',
    'kk',
  ],
  ...['ar-SY', 'ar-DZ', 'ar-MA'],
  ...['ru', 'uk', 'bg', 'sr', 'mk', 'be', 'el', 'he', 'ar', 'fa', 'th', 'id', 'ms'],
]
/** Short forms that programs write and Unicode's tables have not. */
const MORE: readonly (readonly [string, string, number])[] = [['de', 'mrz', 3]]
const PARTICLE = /^(?:de |del |d['\u2019])/
const SHORTEST = 3

/** The month that a language means by a name. */
type Meanings = ReadonlyMap<string, number>

let known: ReadonlyMap<string, Meanings> | null = null

/**
 * The month that a name means, 1 = January; 0 where it is none, or where languages mean different ones by it ("listopad") and no
 * language is given. Any case, with or without dots and marks on Latin letters, as it stands alone or behind a day.
 */
export function monthOf(name: string, language: string | null): number {
  const meanings = all().get(plainName(name))
  if (!meanings) return 0
  const months = new Set(meanings.values())
  const [only = 0] = months
  return months.size === 1 ? only : ((language === null ? undefined : meanings.get(language)) ?? 0)
}

/** Whether a name is one of a month in some language, whichever month that is. */
export function isMonth(name: string): boolean {
  return all().has(plainName(name))
}

/**
 * The language in which all these names are those of months. Null where there is none, or where several fit and mean different
 * months by one of the names.
 */
export function languageOf(names: Iterable<string>): string | null {
  const found = [...names].map((name) => all().get(plainName(name)))
  const tags = TAGS.filter((tag) => found.every((meanings) => meanings?.has(tag)))
  const isOne = found.every((meanings) => new Set(tags.map((tag) => meanings?.get(tag))).size === 1)
  return isOne ? (tags[0] ?? null) : null
}

function all(): ReadonlyMap<string, Meanings> {
  known ??= learn()
  return known
}

/** The names of Unicode's tables (CLDR), and their first three letters where these mean one month only. */
function learn() {
  const names = new Map<string, Map<string, number>>()
  const add = (name: string, tag: string, month: number) => {
    const plain = plainName(name)
    if (/\d/.test(plain) || plain.length < 2) return
    names.set(plain, (names.get(plain) ?? new Map<string, number>()).set(tag, month))
  }
  for (const tag of TAGS) for (const [name, month] of namesIn(tag)) add(name, tag, month)
  for (const [tag, name, month] of MORE) add(name, tag, month)
  for (const [short, month] of shortened(names)) for (const tag of TAGS) add(short, tag, month)
  return names
}

function* namesIn(tag: string): Generator<[string, number]> {
  for (const month of ['long', 'short'] as const)
    for (const more of [{}, { day: 'numeric', year: 'numeric' }] as const) {
      const format = new Intl.DateTimeFormat(tag, { month, ...more, calendar: 'gregory', timeZone: 'UTC' })
      for (let index = 0; index < 12; index += 1) {
        const parts = format.formatToParts(Date.UTC(2024, index, 15))
        yield [parts.find(({ type }) => type === 'month')?.value ?? '', index + 1]
      }
    }
}

function shortened(names: ReadonlyMap<string, Meanings>): [string, number][] {
  const months = new Map<string, Set<number>>()
  for (const [name, meanings] of names) {
    const short = name.slice(0, SHORTEST)
    if (names.has(short) || !/^\p{L}{3}$/u.test(short)) continue
    months.set(short, (months.get(short) ?? new Set()).union(new Set(meanings.values())))
  }
  return [...months].flatMap(([short, [only = 0, ...others]]) => (others.length > 0 ? [] : [[short, only]]))
}

function plainName(name: string): string {
  const lower = name
    .toLowerCase()
    .replace(/[.\u05F3]/g, '')
    .replace(PARTICLE, '')
  return /\p{Script=Latin}/u.test(lower)
    ? lower.normalize('NFKD').replace(/\p{M}/gu, '').replaceAll('\u0131', 'i')
    : lower.normalize('NFC')
}
