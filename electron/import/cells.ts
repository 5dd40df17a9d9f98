import { createCodes } from './codes.ts'

/**
 * One record's cells as places in the text that they stand in: no text of their own is made before somebody wants it.
 * They are written over by the next record.
 */
export interface Cells {
  text: string
  /** The UTF-16 units of the text. */
  codes: Uint16Array
  count: number
  /** Where each cell begins; -1 for one that stands nowhere as it is meant, because a quote in it is written twice. */
  from: Int32Array
  /** Where each cell ends. */
  to: Int32Array
  /** The text of cells that stand nowhere as they are meant. */
  readonly made: Map<number, string>
}

/** Room for records; it grows as they need. */
export function createCells(): Cells {
  const places = { from: new Int32Array(32), to: new Int32Array(32) }
  return { text: '', codes: new Uint16Array(), count: 0, ...places, made: new Map() }
}

/** Begins the next record, which stands in a text. */
export function beginCells(cells: Cells, text: string, codes: Uint16Array): void {
  cells.text = text
  cells.codes = codes
  cells.count = 0
  if (cells.made.size > 0) cells.made.clear()
}

/** Adds a cell that stands from `from` to `to`. */
export function putCell(cells: Cells, from: number, to: number): void {
  if (cells.count === cells.from.length) grow(cells)
  cells.from[cells.count] = from
  cells.to[cells.count] = to
  cells.count += 1
}

/** Adds a cell that stands nowhere as it is meant. */
export function putMade(cells: Cells, text: string): void {
  cells.made.set(cells.count, text)
  putCell(cells, -1, text.length - 1)
}

/** The text of a cell; empty behind the last. */
export function textAt(cells: Cells, index: number): string {
  if (index >= cells.count) return ''
  const from = cells.from[index] ?? 0
  return from < 0 ? (cells.made.get(index) ?? '') : cells.text.slice(from, cells.to[index])
}

/** The texts of all cells of a record. */
export function textsOf(cells: Cells): string[] {
  return Array.from({ length: cells.count }, (_, index) => textAt(cells, index))
}

/** Whether nothing stands in a cell. */
export function isEmptyAt(cells: Cells, index: number): boolean {
  return cells.to[index] === cells.from[index]
}

/** Makes records of texts that are there already; each is written over by the next. */
export function createTextCells(): (texts: readonly string[]) => Cells {
  const cells = createCells()
  const codesOf = createCodes()
  return (texts) => {
    const all = texts.join('')
    beginCells(cells, all, codesOf(all))
    let at = 0
    for (const { length } of texts) {
      putCell(cells, at, at + length)
      at += length
    }
    return cells
  }
}

function grow(cells: Cells): void {
  const more = (before: Int32Array) => {
    const after = new Int32Array(before.length * 2)
    after.set(before)
    return after
  }
  cells.from = more(cells.from)
  cells.to = more(cells.to)
}
