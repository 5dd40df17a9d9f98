import type { Stray } from '#domain/importing.ts'
import { filledIn, isRuled } from './cell-kinds.ts'
import { type Cells, isEmptyAt, textAt, textsOf } from './cells.ts'

const TOTAL =
  /^(?:(?:grand|sub|overall)[\s-]?)?totals?(?:\s*\(?n\s*=\s*\d+\)?)?\s*[:.]?$|^(?:sum|summe|gesamt|insgesamt|gesamtsumme|zwischensumme|somme|suma|soma|totale|totaux|total (?:général|general|geral)|totaal|razem|łącznie|celkem|összesen|toplam|всего|итого|合計)\s*[:.]?$/i
/** What is said of all rows by other figures than their sum. */
const STATISTIC =
  /^(?:mean|average|avg|mittelwert|durchschnitt|moyenne|media|promedio|medie|średnia|průměr|átlag|ortalama|среднее|平均|median|mediane?|médiane?|mediana|medián|medyan|медиана|中央値|sd|s\.d\.|std\.?(?: ?dev\.?)?|stdev|standard deviation|stabw\.?|standardabw(?:eichung|\.)?|écart[- ]type|desviaci[oó]n est[aá]ndar|desv\.? ?est\.?|deviazione standard|odchylenie standardowe|szórás|standart sapma|min(?:imum|imo|\.)?|max(?:imum|imo|\.)?|count|anzahl|effectif|liczba|variance|varianz|iqr|sem|range)\s*[:.]?$/i
const LONGEST_TOTAL = 24
/** Blanks and marks that may stand around a name which is the same all the same. */
const MOST_BLANKS = 4
const NOTE =
  /^(?:source|note|notes|legend|remark|printed|created|generated|exported|quelle|anmerkung|stand|fuente|nota)\b/i
/** A footnote begins with a mark, and other notes at the end of a report are several words. */
const [FOOTNOTE, SENTENCE] = [/^(?:[*†‡§#¹²³]|--+)/, /\S\s+\S+\s+\S/]

/** What looks like no row of a table, as far as the line itself tells. */
export interface StrayLook {
  /** A rule, or the header once more. */
  within(cells: Cells): Stray | null
  /** What is no row only if no row comes after it. */
  atEnd(cells: Cells): Stray | null
}

/** Looks at lines of a table with this header; null for a table without one. What a person takes in looks like a row. */
export function createStrayLook(
  header: readonly string[] | null,
  width: number,
  take: readonly Stray[],
): StrayLook {
  const has = (kind: Stray) => !take.includes(kind)
  const [first = ''] = header ?? []
  const isNamed = header !== null && header.some((name) => name.trim() !== '')

  const plainHeader = header?.map(plainName) ?? []
  /** Joined files and pages spell the header anew: with other blanks, in other letters, or behind the mark of a page. */
  function isRepeat(cells: Cells): boolean {
    if (header === null || cells.count < header.length || !mayBegin(cells, first)) return false
    const isSame =
      header.length > 1
        ? plainHeader.every((name, at) => plainName(textAt(cells, at)) === name)
        : textAt(cells, 0) === first
    return isSame && !hasMore(cells, header.length)
  }
  /** What the word of a line says that it is, where it is the first word there. */
  function kindOfWord(text: string, cells: Cells, at: number): Stray | null {
    const isShort = text.length <= LONGEST_TOTAL
    if (has('totals') && isShort && (TOTAL.test(text) || STATISTIC.test(text))) return 'totals'
    return has('notes') && isNote(text, at) && filledIn(textsOf(cells)) === 1 ? 'notes' : null
  }
  function isNote(text: string, at: number): boolean {
    if (NOTE.test(text) && (width > 2 || text.includes(':'))) return true
    return at === 0 && (FOOTNOTE.test(text) || (width > 2 && SENTENCE.test(text)))
  }
  return {
    within(cells) {
      if (isPlain(cells, first.length)) return null
      if (has('rules') && isDash(cells) && isRuled(textsOf(cells))) return 'rules'
      return has('repeats') && isNamed && isRepeat(cells) ? 'repeats' : null
    },
    atEnd(cells) {
      if (width < 2 || isPlain(cells, -1)) return null
      const at = firstFilled(cells)
      if (at < 0) return has('blanks') ? 'blanks' : null
      return isSafe(cells, at) ? null : kindOfWord(textAt(cells, at).trim(), cells, at)
    },
  }
}

/** Most lines begin with a figure, or with a letter and a figure: told in no time that they are rows. `length`: of a header. */
function isPlain({ count, codes, from, to }: Cells, length: number): boolean {
  const [start = -1] = from
  const [end = 0] = to
  const size = end - start
  return count > 0 && start >= 0 && size > 0 && size !== length && beginsWithFigure(codes, start, size)
}

function beginsWithFigure(codes: Uint16Array, start: number, size: number): boolean {
  const code = codes[start] ?? 0
  return isDigit(code) || (size > 1 && isLetter(code) && isDigit(codes[start + 1] ?? 0))
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)
}

/** Most cells begin with a figure or are single letters: they name no total and are no note. */
function isSafe(cells: Cells, at: number): boolean {
  const from = cells.from[at] ?? 0
  if (from < 0) return false
  const code = cells.codes[from] ?? 0
  return isDigit(code) || (cells.to[at] ?? 0) - from < 2
}

function isDash(cells: Cells): boolean {
  const at = firstFilled(cells)
  if (at < 0) return false
  const code = textAt(cells, at).trimStart().charCodeAt(0)
  return [0x2d, 0x3d, 0x5f, 0x2b, 0x2a, 0x7e, 0x7c].includes(code)
}

function firstFilled(cells: Cells): number {
  for (let at = 0; at < cells.count; at += 1)
    if (!isEmptyAt(cells, at) && textAt(cells, at).trim() !== '') return at
  return -1
}

/** Blanks, marks of pages and of byte order, and the size of letters make no other name. */
function plainName(text: string): string {
  return text
    .replace(/[\s\uFEFF]+/g, ' ')
    .trim()
    .toLowerCase()
}

/** Whether a line may begin with a header's first name, which is told in no time. */
function mayBegin({ from, to, codes }: Cells, first: string): boolean {
  const [start = 0] = from
  const [end = 0] = to
  if (start === -1) return true
  if (Math.abs(end - start - first.length) > MOST_BLANKS) return false
  const code = codes[start] ?? 0
  // Another letter in front than the header has, of any size.
  return !isLetter(code) || (code | 0x20) === ((first.trim().charCodeAt(0) || 0) | 0x20)
}

function hasMore(cells: Cells, from: number): boolean {
  for (let at = from; at < cells.count; at += 1) if (!isEmptyAt(cells, at)) return true
  return false
}
