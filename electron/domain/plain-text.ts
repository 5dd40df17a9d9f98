/** Scripts in which a joiner between letters changes their shape, as in Persian or Hindi. */
const JOINING =
  '[[\\p{L}\\p{M}]--[\\p{ASCII}\\p{Script=Latin}\\p{Script=Greek}\\p{Script=Cyrillic}\\p{Script=Han}]]'

/**
 * Characters that cannot be seen or that change how others are read: control and escape codes, bidirectional and other format
 * characters, line separators, halves of characters, private ones, fillers that look like nothing, variation selectors,
 * joiners outside the scripts that need them, and piles of marks on one letter.
 */
const UNSEEN = [
  '[[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Zl}\\p{Zp}]--[\\n\\u200c\\u200d\\u0600-\\u0605\\u06dd\\u08e2]]',
  `(?<!${JOINING})[\\u200c\\u200d]`,
  `[\\u200c\\u200d](?!${JOINING})`,
  '[\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u2800\\u3164\\uffa0\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}]',
  '(?<=\\p{M}{6})\\p{M}',
].join('|')
const ONE_UNSEEN = new RegExp(UNSEEN, 'v')
const ALL_UNSEEN = new RegExp(UNSEEN, 'gv')

/** Whether a text is free of characters that cannot be seen or that change how others are read. Line breaks are none of them. */
export function isPlain(text: string): boolean {
  return !ONE_UNSEEN.test(text)
}

/** A text without characters that cannot be seen or that change how others are read. Line breaks stay, a tab becomes a space. */
export function plainText(text: string): string {
  return text
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replaceAll('\t', ' ')
    .replace(ALL_UNSEEN, '')
}

/** Such a text in one line. */
export function plainLine(text: string): string {
  return plainText(text).replaceAll('\n', ' ')
}

/** Every text in a value, cleaned as by `plainText`: what a person has typed or pasted, before it is signed. */
export function plainTexts(value: unknown): unknown {
  if (typeof value === 'string') return plainText(value)
  if (Array.isArray(value)) return value.map(plainTexts)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plainTexts(one)]))
}

/** A text with each character that cannot be seen shown as a replacement character: a terminal gets no code of others. */
export function shownText(text: string): string {
  return text.replaceAll('\t', '  ').replace(ALL_UNSEEN, '\u{fffd}')
}

/** A text of somebody else inside a sentence of ours: in one line and in quotation marks that it cannot close by itself. */
export function quoted(text: string): string {
  return `"${plainLine(text).replace(/["\u201c-\u201f\u00ab\u00bb]/g, "'")}"`
}

/** Letters of other scripts that are drawn like these. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  а: 'a',
  α: 'a',
  ɑ: 'a',
  в: 'b',
  β: 'b',
  с: 'c',
  ϲ: 'c',
  ԁ: 'd',
  е: 'e',
  ε: 'e',
  ё: 'e',
  є: 'e',
  ɡ: 'g',
  һ: 'h',
  н: 'h',
  η: 'n',
  і: 'i',
  ї: 'i',
  ι: 'i',
  ı: 'i',
  ј: 'j',
  к: 'k',
  κ: 'k',
  ӏ: 'l',
  м: 'm',
  μ: 'u',
  о: 'o',
  ο: 'o',
  σ: 'o',
  р: 'p',
  ρ: 'p',
  ԛ: 'q',
  г: 'r',
  ѕ: 's',
  т: 't',
  τ: 't',
  υ: 'u',
  ѵ: 'v',
  ν: 'v',
  ѡ: 'w',
  ω: 'w',
  х: 'x',
  χ: 'x',
  у: 'y',
  γ: 'y',
  0: 'o',
  1: 'l',
  i: 'l',
  5: 's',
  8: 'b',
  ß: 'b',
  ø: 'o',
  ł: 'l',
  đ: 'd',
}

/**
 * A name reduced to what a reader takes in at a glance: two different names with the same one look alike. After the idea of the
 * skeletons of Unicode Technical Standard 39, for the scripts that are mistaken for Latin.
 */
export function looksOf(name: string): string {
  const bare = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\p{M}\p{P}\p{S}\p{Z}]/gu, '')
  const drawn = Array.from(bare, (letter) => LOOKALIKES[letter] ?? letter).map(
    (letter) => LOOKALIKES[letter] ?? letter,
  )
  return drawn.join('').replaceAll('rn', 'm').replaceAll('vv', 'w')
}
