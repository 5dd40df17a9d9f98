import type { DataSet } from 'dicom-parser'
import type { Suspicion } from '#domain/profile.ts'
import type { KnownColumn } from '../columns.ts'
import { plainIdentifier, type Pseudonym } from '../pseudonym.ts'
import { isMissing } from '../words.ts'
import { ALLOWED, type AllowedTag } from './allowed.ts'
import { cellsOf, type DicomCell, isNumeric, plainNumber } from './cells.ts'
import { createFrames, type FrameValues } from './frames.ts'
import type { Group } from './groups.ts'
import { numericResults } from './reports.ts'
import { createResultColumns } from './result-columns.ts'
import { createTold, type Told } from './told.ts'
import { charsetsOf, hasGuessedLetters, textOf, valuesOf } from './values.ts'

/** A column of the table, and the columns of cells from which it takes the first that a row has. */
export interface OrderedColumn {
  readonly name: string
  readonly places: readonly number[]
}

/** Kept only as keyed names: by them rows are joined to clinical ones, and held out by patient. */
const KEYED = { PatientID: 'x00100020', AccessionNumber: 'x00080050' }
const PLACES = new Map(
  [...Object.keys(KEYED), ...ALLOWED.map(({ name }) => name)].map((name, at) => [name, at]),
)
const NONE: ReadonlySet<string> = new Set()
const ENDS = ['min', 'max']

/** What each file gives its row, and what is to be said of the columns. `wanted`: names of allowed tags; null for all. */
export function createFileCells(wanted: readonly string[] | null, pseudonym: Pseudonym) {
  const tags = wanted ? ALLOWED.filter((tag) => wanted.includes(tag.name)) : ALLOWED
  const results = createResultColumns()
  const told = createTold()
  const known = new Map<string, KnownColumn>()

  /** A file's cells; none where it holds nothing that may be kept. */
  function of(data: DataSet): DicomCell[] {
    const charsets = charsetsOf(data)
    const frames = createFrames(data, charsets)
    const own = tags.flatMap((tag) => {
      const values = valuesOf(data, tag, charsets)
      if (values.length === 0) return fromFrames(tag, frames(tag), told)
      const cells = cellsOf(tag, values)
      if (!isNumeric(tag) && hasGuessedLetters(data, tag, charsets)) told.note(tag.name, 'letters')
      return cells
    })
    const cells = [...own, ...(wanted ? [] : ofReport(data))]
    for (const { column, isOdd } of cells) if (isOdd) told.note(column, 'written')
    return cells.length === 0 ? [] : [...keyedCells(data, charsets, wanted, pseudonym), ...cells]
  }
  function ofReport(data: DataSet): DicomCell[] {
    const found = numericResults(data)
    return results
      .keysOf(found)
      .map((column, index) => ({ column, ...plainNumber(found[index]?.value ?? '') }))
  }
  /** All files have come: the columns in the order of the allow-list, then results of reports as they came. */
  function settle(columns: ReadonlyMap<string, number>, groups: readonly Group[]): OrderedColumn[] {
    for (const [column, place] of columns)
      for (const { differing } of groups) if (differing.has(place)) told.note(column, 'differing')
    const names = results.names()
    return [...columns]
      .toSorted(([a, first], [b, second]) => rankOf(a) - rankOf(b) || first - second)
      .map(([column, place]) => {
        const name = names.get(column) ?? column
        known.set(name, knownOf(column))
        return { name, places: [place, ...insteadOf(column, columns)] }
      })
  }
  function knownOf(column: string): KnownColumn {
    const tag = ALLOWED[(PLACES.get(baseOf(column)) ?? -1) - Object.keys(KEYED).length]
    const unit = tag ? tag.unit : results.unitOf(column)
    const isKeyed = column in KEYED
    return { unit, isNumber: !isKeyed && (!tag || isNumeric(tag)), isKeyed, remarks: told.remarksOf(column) }
  }
  return {
    of,
    settle,
    known,
    /** Says more of a column than its cells do. */
    remark(name: string, remarks: readonly Suspicion[]) {
      known.set(name, { unit: null, isNumber: true, isKeyed: false, remarks })
    },
  }
}

/** A tag's cells as the functional groups have it. */
function fromFrames(tag: AllowedTag, found: FrameValues | null, told: Told): DicomCell[] {
  if (!found?.isDiffering) return found ? cellsOf(tag, found.same) : []
  const cell = (column: string, value: string) => ({ column, value, isOdd: false })
  const cells = found.range
    ? found.range.map((value, index) => cell(`${tag.name}.${ENDS[index]}`, value))
    : [cell(tag.name, '')]
  for (const { column } of cells) told.note(column, 'differing')
  return cells
}

function keyedCells(
  data: DataSet,
  charsets: readonly string[],
  wanted: readonly string[] | null,
  pseudonym: Pseudonym,
): DicomCell[] {
  return Object.entries(KEYED).flatMap(([column, tag]) => {
    const id = plainIdentifier(textOf(data, tag, charsets) ?? '')
    const isWanted = wanted === null || wanted.includes(column)
    return !isWanted || isMissing(id, NONE) ? [] : [{ column, value: pseudonym(id), isOdd: false }]
  })
}

function rankOf(column: string): number {
  return PLACES.get(column) ?? PLACES.get(baseOf(column)) ?? PLACES.size
}

/** PixelSpacing of PixelSpacing.2, EchoTime of EchoTime.min. */
function baseOf(column: string): string {
  return PLACES.has(column) ? column : column.replace(/\.(?:\d+|min|max)$/, '')
}

/** Where all frames of an image agree, the least and the greatest are that one value. */
function insteadOf(column: string, columns: ReadonlyMap<string, number>): number[] {
  const isEnd = ENDS.some((end) => column.endsWith(`.${end}`))
  const place = isEnd ? columns.get(baseOf(column)) : undefined
  return place === undefined ? [] : [place]
}
