import type { ColumnType } from '#domain/dataset.ts'
import type { IdentifierAction, IdentifierClass, IdentifierFinding } from '#domain/identifiers.ts'
import { createDistinct } from './distinct.ts'
import { readHeader } from './identifier-headers.ts'
import { classOf, givenLength, isDiagnosis, isHashed } from './identifier-values.ts'

/** Looks at a column's words for what tells who a patient is. */
export interface IdentifierLook {
  /** A word came so many times. */
  take(word: string, count: number): void
  /** As `take`, for words that hardly come again: many of them are looked at in samples. */
  takeSome(word: string, count: number): void
  findings(column: string, type: ColumnType): IdentifierFinding[]
  quasi(): boolean
}

/** So many words of a column are looked at one by one, then every twentieth. */
const ALL_OF = 4000
const THEN_EVERY = 20
const MOST = 0.5
/** The share of a column's cells that have to show a class. Check digits fit one in ten other numbers by chance. */
const SHARES: Partial<Record<IdentifierClass, number>> = {
  email: 0.01,
  url: 0.01,
  phone: 0.25,
  name: 0.85,
  address: 0.85,
  'national-number': 0.75,
  'device-number': 0.5,
  'card-number': 0.75,
  'account-number': 0.75,
}
const UNIQUE = 0.95
/** Under a header that says nothing, of patients with several rows each: so many different values, and this share of all. */
const [FEW_VALUES, REPEATED] = [8, 0.1]
const ENOUGH = 20
/** The share of numbers that have one length, where they are given one by one. */
const SHARE_ALIKE = 0.9
const OLDEST = 89
/** Days of so many different years are hardly days of treatment: people are born over decades. */
const YEARS_OF_BIRTH = 35
/** Digits of numbers that may be given to patients one by one. */
const YEAR = /(?:19|20)\d{2}(?=\D|$)/
const GIVEN = /^\d{5,12}$/
const DIGITS = /(?:\p{Nd}\P{L}?){4}/u
const CALLED: ReadonlySet<IdentifierClass> = new Set(['phone', 'card-number'])

const BLOCKING: ReadonlySet<IdentifierClass> = new Set([
  ...(['name', 'email', 'phone', 'address', 'national-number', 'record-number', 'account-number'] as const),
  ...(['card-number', 'ip-address', 'url', 'device-number', 'date-of-birth'] as const),
])
const PROPOSED: Partial<Record<IdentifierClass, IdentifierAction>> = {
  'record-number': 'hash',
  'date-of-birth': 'year',
  'full-date': 'year',
  'high-age': 'cap-age',
  'unique-values': 'hash',
}

// oxlint-disable-next-line max-lines-per-function -- one set of counts, read by short functions
export function createIdentifierLook(header: string): IdentifierLook {
  const sign = readHeader(header)
  const shown = new Map<IdentifierClass, number>()
  const distinct = createDistinct()
  const years = new Set<string>()
  const lengths = new Map<number, number>()
  let [some, cells, looked, texts, words, old, long, diagnoses, given, numbered] = [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  ]

  /** `count` cells of a word, of which each stands for `weight` cells that were not looked at. */
  function lookAt(word: string, count: number, weight: number) {
    looked += count * weight
    const found = classOf(word)
    if (found) shown.set(found, (shown.get(found) ?? 0) + count * weight)
    const year = YEAR.exec(word)?.[0]
    if (year) years.add(year)
    noteGiven(word, count * weight)
    if (isText(word)) noteText(word, count * weight)
    else if (GIVEN.test(word)) given += count * weight
  }
  function noteGiven(word: string, count: number) {
    if (word.length > 4 && DIGITS.test(word)) numbered += count
    const length = sign.isEmpty || isHashed(word) ? givenLength(word) : 0
    if (length > 0) lengths.set(length, (lengths.get(length) ?? 0) + count)
  }
  function note(word: string, count: number) {
    cells += count
    if (sign.isAge && word.length < 8 && Number(word) > OLDEST) old += count
  }
  function take(word: string, count: number) {
    note(word, count)
    if (isText(word) || GIVEN.test(word)) distinct.add(word)
    lookAt(word, count, 1)
  }
  function takeSome(word: string, count: number) {
    note(word, count)
    if (isText(word) || GIVEN.test(word)) distinct.add(word)
    some += 1
    if (some <= ALL_OF) lookAt(word, count, 1)
    else if (some % THEN_EVERY === 0) lookAt(word, count, THEN_EVERY)
  }
  function noteText(word: string, count: number) {
    texts += count
    words += count * word.split(/\s+/, 40).length
    if (word.length > 100) long += count
    if (isDiagnosis(word)) diagnoses += count
  }
  /** How many cells show a class, scaled to all where only some were looked at. */
  function cellsOf(one: IdentifierClass): number {
    return looked === 0 ? 0 : Math.round(((shown.get(one) ?? 0) / looked) * cells)
  }
  function byValues(): IdentifierClass[] {
    const isUnique = texts > 0 && distinct.count() / Math.max(looked, 1) > MOST
    const isLike = (isUnique || comesAgain()) && looked >= ENOUGH && wordsEach() < 7
    const numbers: IdentifierClass[] = isNumbered() ? ['record-number'] : []
    const seen = [...shown].flatMap(([one, count]) => {
      if (!isLike && (one === 'name' || one === 'address')) return []
      if (one === 'ip-address' && sign.isOfThings) return []
      return count / Math.max(looked, 1) >= (SHARES[one] ?? MOST) ? [one] : []
    })
    return [...new Set([...seen, ...numbers])]
  }
  /** Values that come several times, as those of patients with several rows do. */
  function comesAgain() {
    return sign.isEmpty && areMany()
  }
  function areMany() {
    return distinct.count() >= FEW_VALUES && distinct.count() >= REPEATED * looked
  }
  /** Numbers of one length under a header that says nothing, or hashes, that come again. Those that never do are told as unique values. */
  function isNumbered() {
    const alike = Math.max(0, ...lengths.values())
    const isRepeated = distinct.count() <= UNIQUE * looked && areMany()
    return isRepeated && looked >= ENOUGH && alike >= SHARE_ALIKE * looked
  }
  function wordsEach() {
    return texts === 0 ? 0 : words / texts
  }
  /** Numbers by which people are called or paid for have several digits in some cell at least. */
  function hasDigits(one: IdentifierClass): boolean {
    return numbered > 0 || !CALLED.has(one)
  }
  function byKind(type: ColumnType): IdentifierClass[] {
    const isDated = type === 'date' && sign.class !== 'date-of-birth' && !isOfBirth(type)
    const dated: IdentifierClass[] = isDated ? ['full-date'] : []
    const aged: IdentifierClass[] = old > 0 ? ['high-age'] : []
    return [...dated, ...aged, ...byText(type)]
  }
  function isOfBirth(type: ColumnType): boolean {
    return type === 'date' && years.size >= YEARS_OF_BIRTH
  }
  function byText(type: ColumnType): IdentifierClass[] {
    const share = distinct.count() / Math.max(looked, 1)
    if (texts > 0 && (long > 0 || (wordsEach() >= 5 && share > 0.3))) return ['free-text']
    const isLone = looked >= ENOUGH && share > UNIQUE
    return isLone && (type === 'integer' ? isGiven() : areNames(type)) ? ['unique-values'] : []
  }
  /** Words that may be the name of something, and are no codes of diagnoses. */
  function areNames(type: ColumnType): boolean {
    return texts > 0 && (type === 'text' || type === 'category') && diagnoses <= MOST * looked
  }
  /** Whole numbers as they are given to patients one by one. */
  function isGiven(): boolean {
    return given > UNIQUE * looked
  }
  function findings(column: string, type: ColumnType): IdentifierFinding[] {
    const values = isOfBirth(type) ? [...byValues(), 'date-of-birth' as const] : byValues()
    // A header alone says nothing of a column of yes and no, or of one that is empty.
    const isHeaded = sign.class !== null && cells > 0 && fits(sign.class, type) && hasDigits(sign.class)
    const headed = sign.class !== null && isHeaded ? [sign.class] : []
    const direct = [...new Set([...headed, ...values])].map((one) => {
      const evidence = headed.includes(one) ? (values.includes(one) ? 'both' : 'header') : 'values'
      const isHeaderOnly = headed.includes(one) && !values.includes(one)
      const isNamed = one === 'name' && evidence === 'values' && sign.isOfThings
      const severity = isHeaderOnly ? sign.severity : isNamed ? 'warn' : severityOf(one)
      return findingOf(column, one, severity, evidence, cellsOf(one))
    })
    const isKnown = direct.some((one) => one.severity === 'block')
    const others = byKind(type)
      .filter((one) => !isKnown || one === 'high-age')
      .map((one) => findingOf(column, one, 'warn', 'values', one === 'high-age' ? old : cells))
    return [...direct, ...others]
  }
  return { take, takeSome, findings, quasi: () => sign.quasi }
}

function fits(one: IdentifierClass, type: ColumnType): boolean {
  if (type === 'boolean') return false
  // Names, addresses and the like are written in letters.
  const lettered: readonly IdentifierClass[] = ['name', 'email', 'url', 'ip-address', 'address']
  if (lettered.includes(one)) return type === 'text' || type === 'category'
  if (one === 'date-of-birth') return type !== 'real'
  return type !== 'real' && type !== 'date'
}

function severityOf(one: IdentifierClass): 'block' | 'warn' {
  return BLOCKING.has(one) ? 'block' : 'warn'
}

/** A word with letters in it. */
function isText(word: string): boolean {
  return word.length > 1 && /\p{L}/u.test(word)
}

function findingOf(
  column: string,
  one: IdentifierClass,
  severity: IdentifierFinding['severity'],
  evidence: IdentifierFinding['evidence'],
  cells: number,
): IdentifierFinding {
  const proposed = PROPOSED[one] ?? (severity === 'block' ? 'drop' : 'keep')
  return { column, class: one, severity, evidence, cells, proposed, action: null }
}
