/**
 * How often letters follow each other in a language, learnt from the names of countries, languages, currencies and months that
 * this program's own runtime has in it (Unicode CLDR): no text of anybody is kept for it.
 */
export interface Language {
  readonly tag: string
  /** Whether the language's own names have this letter, in lower case. */
  has(letter: string): boolean
  /** Natural logarithm of the chance that `letter` follows `before`, both in lower case; '' before is a word's beginning. */
  follows(before: string, letter: string): number
}

/** Languages with letters beyond ASCII that hospitals' files were met in, and those beside whose letters they are confused. */
const TAGS = [
  ...['de', 'fr', 'es', 'it', 'pt', 'nl', 'da', 'sv', 'nb', 'fi', 'is', 'ca', 'et'],
  ...['pl', 'cs', 'sk', 'hu', 'ro', 'hr', 'sl', 'sq', 'lt', 'lv', 'tr', 'az'],
  ...['ru', 'uk', 'bg', 'sr', 'mk', 'be', 'el', 'he', 'ar', 'fa', 'th', 'vi'],
  ...['ja', 'zh-Hans', 'zh-Hant', 'ko'],
]

/** Letters of alphabets, of which some stand in few names or in none: œ, ű and others. */
const ALPHABETS: Readonly<Record<string, string>> = {
  ...{ de: 'äöüß', fr: 'àâæçéèêëîïôœùûüÿ', es: 'áéíñóúü', it: 'àèéìòù', pt: 'ãõáâàçéêíóôú', nl: 'ëïéèöü' },
  ...{ da: 'æøåé', sv: 'åäöé', nb: 'æøåéò', fi: 'äöåšž', is: 'áðéíóúýþæö', ca: 'àçèéíïòóúü', et: 'äöõüšž' },
  ...{ pl: 'ąćęłńóśźż', cs: 'áčďéěíňóřšťúůýž', sk: 'áäčďéíĺľňóôŕšťúýž', hu: 'áéíóöőúüű', ro: 'ăâîșț' },
  ...{ hr: 'čćđšž', sl: 'čšž', sq: 'ëç', lt: 'ąčęėįšųūž', lv: 'āčēģīķļņšūž', tr: 'çğıöşüâîû', az: 'əçğıöşü' },
}
/** Weight of what is known of a letter alone where a pair was seen seldom. */
const BACKING = 2
/** Letters that a language may have beside those that were seen. */
const UNSEEN = 500
const LETTERS = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ')

let known: readonly Language[] | null = null

/** All languages, learnt at the first call and kept: some tenths of a second. */
export function languages(): readonly Language[] {
  known ??= TAGS.map((tag) => learn(tag))
  return known
}

/** Whether any of the languages has a letter, in lower case. */
export function isSomebodys(letter: string): boolean {
  const lower = letter.toLowerCase()
  return languages().some((one) => one.has(lower))
}

function learn(tag: string): Language {
  const pairs = new Map<string, number>()
  const before = new Map<string, number>()
  const alone = new Map<string, number>()
  let all = 0
  const count = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1)
  for (const word of wordsIn(tag)) {
    let last = ''
    for (const letter of word) {
      count(pairs, last + letter)
      count(before, last)
      count(alone, letter)
      all += 1
      last = letter
    }
  }
  for (const letter of ALPHABETS[tag] ?? '') if (!alone.has(letter)) count(alone, letter)
  return {
    tag,
    has: (letter) => alone.has(letter),
    follows(last, letter) {
      const single = ((alone.get(letter) ?? 0) + 0.05) / (all + 0.05 * UNSEEN)
      return Math.log(
        ((pairs.get(last + letter) ?? 0) + BACKING * single) / ((before.get(last) ?? 0) + BACKING),
      )
    },
  }
}

const WORD = /[\p{L}\p{M}]+/gu

/** The words of a language's own names, in lower case and composed. */
function wordsIn(tag: string): string[] {
  return namesIn(tag).flatMap((name) => name.normalize('NFC').toLocaleLowerCase(tag).match(WORD) ?? [])
}

function namesIn(tag: string): string[] {
  const names: string[] = []
  const regions = LETTERS.flatMap((a) => LETTERS.map((b) => a + b))
  const ask = (type: 'region' | 'language' | 'currency', codes: readonly string[]) => {
    const display = new Intl.DisplayNames(tag, { type, fallback: 'none' })
    for (const code of codes) names.push(display.of(code) ?? '')
  }
  ask('region', regions)
  ask(
    'language',
    regions.map((code) => code.toLowerCase()),
  )
  ask('currency', Intl.supportedValuesOf('currency'))
  for (let month = 0; month < 12; month += 1) {
    const day = new Date(Date.UTC(2024, month, 1 + month))
    names.push(day.toLocaleDateString(tag, { weekday: 'long', month: 'long', timeZone: 'UTC' }))
  }
  return names
}
