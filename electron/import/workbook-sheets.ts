import { unzipSync } from 'fflate'
import { AppError } from '#domain/errors.ts'

/** What a workbook says of a sheet beside its cells. */
export interface SheetFacts {
  readonly isHidden: boolean
  /** Cells of one column that are merged over several rows: its place, the first row and the last, all counted from 0. */
  readonly merges: readonly Merge[]
}

interface Merge {
  readonly column: number
  readonly first: number
  readonly last: number
}

const SHEET = /<(?:\w+:)?sheet\b[^>]*>/g
const RELATION = /<(?:\w+:)?Relationship\b[^>]*>/g
const MERGE = /<(?:\w+:)?mergeCell\b[^>]*\bref\s*=\s*["']([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})["']/g

const MAX_MERGED = 5_000_000

/** The sheets of a workbook in their order; none where the workbook does not say it in the usual way. */
export function sheetFacts(bytes: Uint8Array): SheetFacts[] {
  const book = textsOf(bytes, (name) => /(?:^|\/)workbook\.xml(?:\.rels)?$/.test(name))
  const entries = Object.entries(book)
  const [at = '', xml = ''] = entries.find(([name]) => name.endsWith('.xml')) ?? []
  const [, relations = ''] = entries.find(([name]) => name.endsWith('.rels')) ?? []
  const targets = new Map(
    [...relations.matchAll(RELATION)].map(([one]) => [attribute(one, 'Id'), attribute(one, 'Target')]),
  )
  const folder = at.slice(0, at.lastIndexOf('/') + 1)
  const sheets = [...xml.matchAll(SHEET)].map(([one]) => ({
    isHidden: /^(?:veryH|h)idden$/.test(attribute(one, 'state')),
    path: pathOf(folder, targets.get(attribute(one, String.raw`\w+:id`)) ?? ''),
  }))
  const parts = unzipSync(bytes, { filter: ({ name }) => sheets.some(({ path }) => path === name) })
  return sheets.map(({ isHidden, path }) => ({ isHidden, merges: mergesIn(parts[path]) }))
}

function textsOf(bytes: Uint8Array, isWanted: (name: string) => boolean): Record<string, string> {
  const files = unzipSync(bytes, { filter: ({ name }) => isWanted(name) })
  return Object.fromEntries(
    Object.entries(files).map(([name, file]) => [name, Buffer.from(file).toString('utf8')]),
  )
}

function attribute(element: string, name: string): string {
  return new RegExp(String.raw`\s${name}\s*=\s*["']([^"']*)["']`).exec(element)?.[1] ?? ''
}

function pathOf(folder: string, target: string): string {
  return target.startsWith('/') ? target.slice(1) : folder + target
}

/** They stand behind the cells, which are not made a text of once more. */
function mergesIn(xml: Uint8Array | undefined): Merge[] {
  const bytes = xml ? Buffer.from(xml.buffer, xml.byteOffset, xml.length) : Buffer.alloc(0)
  const from = bytes.indexOf('mergeCells')
  if (from < 0) return []
  return [...bytes.toString('utf8', from).matchAll(MERGE)]
    .map(([, letters = '', first = '1', last = '1']) => ({
      column: columnOf(letters),
      first: Number(first) - 1,
      last: Number(last) - 1,
    }))
    .filter((one) => one.last > one.first)
}

function columnOf(letters: string): number {
  return Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1
}

/**
 * Lines of a sheet in which a cell that is merged over several of them stands in each, from a line on (1 = first): what is merged
 * above it are names of columns. Throws 'too-large' beyond some millions.
 */
export function withMerged(
  lines: readonly (readonly string[])[],
  from: number,
  facts: SheetFacts | undefined,
): readonly (readonly string[])[] {
  const merges = facts?.merges.filter(({ first }) => first + 1 >= from) ?? []
  if (merges.length === 0) return lines
  const filled = lines.map((row) => [...row])
  let cells = 0
  for (const { column, first, last } of merges) {
    const below = filled.slice(first + 1, last + 1)
    cells += below.length
    if (cells > MAX_MERGED)
      throw new AppError('too-large', 'The sheet has too many merged cells; save it as CSV')
    const cell = filled[first]?.[column] ?? ''
    for (const row of below) row[column] = cell
  }
  return filled
}

/** The first sheet that people see with a table on it, else the first with anything, counted from 1. */
export function firstTable(
  sheets: readonly (readonly (readonly unknown[])[])[],
  facts: readonly SheetFacts[],
  isEmpty: (cell: unknown) => boolean,
): number {
  const filled = (row: readonly unknown[]) => row.filter((cell) => !isEmpty(cell)).length
  const ways = [
    (at: number) =>
      facts[at]?.isHidden !== true && (sheets[at] ?? []).filter((row) => filled(row) > 1).length > 1,
    (at: number) => facts[at]?.isHidden !== true && (sheets[at] ?? []).some((row) => filled(row) > 0),
    (at: number) => (sheets[at] ?? []).some((row) => filled(row) > 0),
  ]
  const places = [...sheets.keys()]
  return (ways.map((isIt) => places.find(isIt)).find((at) => at !== undefined) ?? 0) + 1
}
