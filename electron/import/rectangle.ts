import type { Dialect } from '#domain/importing.ts'
import { bare, type CellKind, filledIn, isRuled, kindOf, reachOf } from './cell-kinds.ts'
import { unitOf } from './header-units.ts'
import { hasHeader, namesRows } from './header.ts'

/** Where the table lies among records: what is before it, its header, and what lies between header and rows. */
export interface Rectangle {
  readonly skip: number
  readonly header: boolean
  readonly headerRows: number
  readonly below: number
  readonly rowNames: boolean
  /** Cells of a row; 0 where there is no row. */
  readonly width: number
  /** Nothing but the look of its words says whether the first line is a header. */
  readonly inDoubt: boolean
}

export type Rows = readonly (readonly string[])[]
/** What a person has said of it. */
export interface RectangleWish {
  readonly skip?: number | undefined
  readonly header?: boolean | undefined
  readonly headerRows?: number | undefined
  readonly below?: number | undefined
  readonly rowNames?: boolean | undefined
}

const MAX_TITLES = 20
/** Lines at the top of a table that may be its header and what belongs to it. */
const MAX_HEAD = 6

/**
 * Finds a table among records without blank lines, comments and rules: the header is the line above the rows that names most
 * columns, and rows are what has the types of the lines further down.
 */
export function rectangleOf(records: Rows, wish: RectangleWish = {}): Rectangle {
  const start = wish.skip ?? titlesOf(records)
  const table = records.slice(start)
  const typed = wish.header === false ? null : headOf(table, wish)
  const head = typed ?? { at: 0, rows: 1, below: 0 }
  const rest = table.slice(head.at)
  const voted = hasHeader(rest)
  const { header = typed !== null || voted.isHeader } = wish
  const found = { skip: start + head.at, header, ...linesOf(rest, head, header, wish) }
  const inDoubt = wish.header === undefined && typed === null && voted.isDoubtful
  return { ...found, width: widthOf(rest, header, found.rowNames), inDoubt }
}

/** How many lines the header and what is below it have, and whether it leaves out the names of rows. */
function linesOf(rest: Rows, head: Head, header: boolean, wish: RectangleWish) {
  const { headerRows = head.rows, below = head.below } = wish
  const { rowNames = header && isOverNames(rest, { headerRows, below }) } = wish
  return { headerRows, below, rowNames }
}

/** Whether a header of one line leaves out the names of rows. */
function isOverNames(rest: Rows, { headerRows, below }: Pick<Rectangle, 'headerRows' | 'below'>): boolean {
  return headerRows === 1 && namesRows([rest[0] ?? [], ...rest.slice(1 + below)])
}

/** Records without comments and rules, which are never rows. */
export function tableOf(
  records: Rows,
  { comment = '', take = [] }: Pick<Partial<Dialect>, 'comment' | 'take'>,
): Rows {
  const isComment = (one: readonly string[]) => comment !== '' && (one[0] ?? '').startsWith(comment)
  return records.filter((one) => !isComment(one) && (take.includes('rules') || !isRuled(one)))
}

/** How many cells rows have: as many as the header names, or more where rows fill more. */
function widthOf(rest: Rows, header: boolean, rowNames: boolean): number {
  const [first = [], ...rows] = rest
  const usual = usualLength(header ? rows : rest)
  if (!header) return usual
  const named = reachOf(first) + (rowNames ? 1 : 0)
  const whole = first.length + (rowNames ? 1 : 0)
  if (rows.length === 0) return named === 0 ? first.length : named
  const alike = rows.filter((one) => one.length === usual)
  const filled = Math.max(...alike.map(reachOf), 0)
  // A name that is missing at the end of the header is one of a column only where rows reach as far.
  return usual < whole ? Math.max(named, filled) : whole
}

/** The number of cells that most records have; of equals the larger. */
export function usualLength(records: Rows): number {
  const counts = new Map<number, number>()
  for (const { length } of records) counts.set(length, (counts.get(length) ?? 0) + 1)
  return [...counts].toSorted((a, b) => b[1] - a[1] || b[0] - a[0])[0]?.[0] ?? 0
}

/** How many records at the top are titles: shorter than nearly all that follow, or mostly empty. */
function titlesOf(records: Rows): number {
  const width = usualLength(records)
  if (width < 2) return 0
  const alike = records.filter((one) => one.length === width)
  const usual = Math.max(...alike.map(filledIn))
  // Rows may end in delimiters that the header has not.
  const reach = Math.min(width - 1, Math.max(...alike.map(reachOf)))
  const isLong = (one: readonly string[]) => one.length > 1 && one.length >= reach
  // A title stands at the left: a line that reaches to the last cell is none.
  const isFull = (one: readonly string[]) =>
    isLong(one) &&
    (reachOf(one) === width || (filledIn(one) >= Math.min(2, usual) && filledIn(one) * 3 > usual))
  const start = records.slice(0, MAX_TITLES).findIndex(isFull)
  if (start <= 0 || start >= records.length - 1) return 0
  const rest = records.slice(start)
  return rest.filter((one) => one.length === width).length / rest.length >= 0.8 ? start : 0
}

interface Head {
  /** Where the header begins, and how many lines it and what is below it have. */
  readonly at: number
  readonly rows: number
  readonly below: number
}

/** The header that lies above typed columns; null where no column has a type, or the first line fits the types. */
function headOf(table: Rows, wish: RectangleWish): Head | null {
  const types = typesOf(table)
  if (types.every((type) => type === null)) return null
  const end = headEnd(table, types)
  if (end === 0) return null
  const zone = table.slice(0, end)
  const { at, rows } =
    wish.skip === undefined ? namesIn(zone, types.length) : { at: 0, rows: rowsAt(zone, 0) }
  const headerRows = wish.headerRows ?? rows
  return { at, rows: headerRows, below: Math.max(0, end - at - headerRows) }
}

/** Of the lines above the rows, those that name the columns. */
function namesIn(zone: Rows, width: number): { at: number; rows: number } {
  const best = bestOf(zone.map((one) => nameScore(one, width)))
  const isBelowGroups = best > 0 && isGroups(zone[best - 1] ?? [], zone[best] ?? [])
  return isBelowGroups ? { at: best - 1, rows: 2 } : { at: best, rows: rowsAt(zone, best) }
}

/** Lines of the header that begins at a line: two where the second names what the first leaves empty, or groups stand first. */
function rowsAt(zone: Rows, at: number): number {
  const [first, second] = [zone[at] ?? [], zone[at + 1]]
  return second && (fillsGaps(first, second) || isGroups(first, second)) ? 2 : 1
}

/** The kind that nearly all cells of the lower half have, for each column; null for words. */
function typesOf(table: Rows): (CellKind | null)[] {
  const rows = table.slice(Math.max(1, Math.floor(table.length / 2)))
  const width = usualLength(rows)
  const body = withoutRepeats(
    rows.filter((one) => one.length === width),
    table,
  )
  return Array.from({ length: width }, (_, column) => {
    const kinds = body.map((one) => kindOf(one[column] ?? '')).filter((kind) => kind !== 'empty')
    const share = (kind: CellKind) => kinds.filter((one) => one === kind).length / kinds.length
    if (kinds.length === 0) return null
    return (['number', 'time'] as const).find((kind) => share(kind) > 0.8) ?? null
  })
}

/** Rows without those that stand at the top as well, where a joined file begins again with its header. */
function withoutRepeats(rows: Rows, table: Rows): Rows {
  const top = new Set(
    table.slice(0, Math.min(MAX_HEAD, Math.ceil(table.length / 2))).map((one) => one.join('\0')),
  )
  const others = rows.filter((one) => !top.has(one.join('\0')))
  return others.length > 0 ? others : rows
}

/** Cells of a line that are numbers or of the type of their column, those that are other words, and units among these. */
function agreement(one: readonly string[], types: readonly (CellKind | null)[], offset: number) {
  let [alike, other, units] = [0, 0, 0]
  for (const [column, type] of types.entries()) {
    const cell = one[column - offset] ?? ''
    const kind = kindOf(cell)
    if (type === null || kind === 'empty') continue
    if (kind === type || kind === 'number') alike += 1
    else {
      other += 1
      if (unitOf(bare(cell))) units += 1
    }
  }
  return { alike, other, units }
}

/** Whether a line is no row; one odd word does not make a patient a line of the header. */
function isOfHead({ alike, other, units }: ReturnType<typeof agreement>, isFirst: boolean): boolean {
  return isFirst ? other > alike : alike === 0 && (other > 1 || units > 0)
}

/** How many lines at the top are no rows: words stand in them where the columns have numbers or times. */
function headEnd(table: Rows, types: readonly (CellKind | null)[]): number {
  const offset = namesRows(table) ? 1 : 0
  let end = 0
  for (let at = 0; at < Math.min(MAX_HEAD, table.length - 1); at += 1) {
    const found = agreement(table[at] ?? [], types, at === 0 ? offset : 0)
    if (isOfHead(found, end === 0)) end = at + 1
    // A title may hold numbers; a patient among lines of the header has none of their words.
    else if (found.alike > 0 && (at > 0 || found.other === 0)) break
  }
  return end
}

/** How well a line names columns: the share of cells that are words of their own and no units. */
function nameScore(one: readonly string[], width: number): number {
  const seen = new Set<string>()
  let named = 0
  for (const cell of one) {
    const text = cell.trim()
    if (text === '' || seen.has(text)) continue
    seen.add(text)
    const kind = kindOf(text)
    if (kind === 'word') named += /^[([{].*[)\]}]$/.test(text) || isUnitOnly(text) ? 0.5 : 1
  }
  return named / Math.max(1, width)
}

/** mg/dL and the like; single letters are names as well. */
function isUnitOnly(text: string): boolean {
  return text.length > 1 && unitOf(text) !== null && !/^(?:age|day|days|hour|min|months?|years?)$/i.test(text)
}

function bestOf(scores: readonly number[]): number {
  return scores.reduce((best, score, at) => (score > (scores[best] ?? 0) + 1e-9 ? at : best), 0)
}

/** Names over groups of columns: with gaps between them, over a line that names each column. */
function isGroups(above: readonly string[], names: readonly string[]): boolean {
  const filled = filledIn(above)
  return (
    filled > 1 &&
    filled < filledIn(names) &&
    reachOf(above) > filled &&
    above.every((one) => kindOf(one) !== 'number')
  )
}

/** A second line that names what the first leaves empty. */
function fillsGaps(first: readonly string[], second: readonly string[]): boolean {
  const gaps = second.filter((cell, at) => cell.trim() !== '' && (first[at] ?? '').trim() === '').length
  const width = Math.max(reachOf(first), reachOf(second))
  return (
    gaps > 0 &&
    Array.from({ length: width }, (_, at) => `${first[at] ?? ''}${second[at] ?? ''}`.trim()).every(
      (one) => one !== '',
    )
  )
}
