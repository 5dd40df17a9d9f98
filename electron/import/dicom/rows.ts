import { createHash } from 'node:crypto'
import type { DataSet } from 'dicom-parser'
import { AppError } from '#domain/errors.ts'
import type { DicomLevel } from '#domain/importing.ts'
import type { Staging } from '../columns.ts'
import { createTextRows } from '../text-rows.ts'
import { ALLOWED, type AllowedTag } from './allowed.ts'
import { parseDicomFile } from './parse.ts'
import { numericResults } from './reports.ts'
import { cellsOf, charsetsOf, textOf, valuesOf } from './values.ts'

const MAX_CELLS = 20_000_000
const MAX_COLUMNS = 5000
/** What tells patients, studies and series apart. Read to group files, never kept. */
const PATIENT = ['x00100020', 'x00100021', 'x00100010', 'x00100030']
const STUDY = 'x0020000d'
const SERIES = 'x0020000e'
const DIRECTORY = '1.2.840.10008.1.3.10'
const MEDIA_CLASS = 'x00020002'

interface Group {
  readonly cells: Map<number, string>
  /** Columns in which the files of the group differ. */
  readonly differing: Set<number>
  instances: number
}

/** One row per patient, study, series or instance, of the files that come. */
export function createDicomRows(level: DicomLevel, wanted: readonly string[] | null, staging: Staging) {
  const tags = wanted ? ALLOWED.filter((tag) => wanted.includes(tag.name)) : ALLOWED
  const units = new Map<string, string>()
  const groups = createGroups()
  const rows = createTextRows(staging, true, { units })

  function add(bytes: Uint8Array, number: number) {
    const reason = tryToAdd(bytes, number)
    if (reason) rows.records.refused(number, `file ${number}: ${reason}`)
  }
  function tryToAdd(bytes: Uint8Array, number: number): string | null {
    try {
      const { data, partial } = parseDicomFile(bytes)
      const media = textOf(data, MEDIA_CLASS, [])
      if (media === DIRECTORY) return 'a directory of a DICOM medium, which holds no values'
      const cells = [...tagCells(data, tags, units), ...(wanted ? [] : resultCells(data, units))]
      if (partial) return 'the file is cut short'
      if (cells.length === 0) return 'no value that may be kept is in it'
      groups.take(keyOf(data, level, number), cells)
      return null
    } catch (error) {
      if (error instanceof AppError && error.code === 'too-large') throw error
      return error instanceof AppError ? error.message : 'the file is damaged'
    }
  }
  /** All files have come: their groups become rows. Where the files of a group differ, the row has no value. */
  function end() {
    if (groups.size() === 0)
      throw new AppError('file-no-rows', `None of the files could be read (${reasons()})`)
    const order = orderOf(groups.columns)
    const header = [...order.map(([name]) => name), ...(level === 'instance' ? [] : ['Instances'])]
    rows.record(header, 0)
    let number = 0
    for (const { cells, differing, instances } of groups.all()) {
      number += 1
      const row = order.map(([, column]) => (differing.has(column) ? '' : (cells.get(column) ?? '')))
      rows.record([...row, ...(level === 'instance' ? [] : [String(instances)]), ''], number)
    }
    groups.clear()
  }
  function reasons(): string {
    return rows.records.rejected()[0]?.reason ?? 'there were none'
  }
  return {
    add,
    end,
    counts: () => {
      const { rows: done, rejected } = rows.records.counts()
      return { rows: done + groups.size(), rejected }
    },
    found: () => rows.found(),
  }
}

/** What files of the same patient, study or series hold, column by column. */
function createGroups() {
  const columns = new Map<string, number>()
  const groups = new Map<string, Group>()
  let filled = 0

  function columnOf(name: string): number {
    const known = columns.get(name)
    if (known !== undefined) return known
    if (columns.size >= MAX_COLUMNS)
      throw new AppError('too-large', 'The files have more than 5,000 different values')
    columns.set(name, columns.size)
    return columns.size - 1
  }
  function take(key: string, cells: readonly (readonly [string, string])[]) {
    const group = groups.get(key) ?? { cells: new Map(), differing: new Set(), instances: 0 }
    groups.set(key, group)
    group.instances += 1
    for (const [name, value] of cells) {
      const column = columnOf(name)
      const before = group.cells.get(column)
      if (before === undefined) {
        group.cells.set(column, value)
        filled += 1
      } else if (before !== value) group.differing.add(column)
    }
    if (filled > MAX_CELLS)
      throw new AppError('too-large', `At most ${MAX_CELLS} values can be read from DICOM files`)
  }
  return {
    take,
    columns,
    all: () => groups.values(),
    size: () => groups.size,
    clear: () => groups.clear(),
  }
}

/** Columns in the order of the allow-list, then results of reports by name. */
function orderOf(columns: ReadonlyMap<string, number>): [string, number][] {
  const place = new Map(ALLOWED.map(({ name }, index) => [name, index]))
  const rank = (name: string) => place.get(name) ?? place.get(name.replace(/\.\d+$/, '')) ?? ALLOWED.length
  return [...columns].toSorted(([a, first], [b, second]) => rank(a) - rank(b) || first - second)
}

function tagCells(data: DataSet, tags: readonly AllowedTag[], units: Map<string, string>) {
  const charsets = charsetsOf(data)
  return tags.flatMap((tag) => {
    const cells = cellsOf(tag, valuesOf(data, tag, charsets))
    if (tag.unit) for (const [name] of cells) units.set(name, tag.unit)
    return cells
  })
}

/** Numbers of a structured report: named by their meaning, counted on where one comes again. */
function resultCells(data: DataSet, units: Map<string, string>) {
  const times = new Map<string, number>()
  return numericResults(data).map(({ meaning, code, value, unit }) => {
    const base = `${meaning || code}${unit && unit !== '1' ? ` (${unit})` : ''}`
    const time = (times.get(base) ?? 0) + 1
    times.set(base, time)
    const name = time === 1 ? base : `${base} ${time}`
    if (unit) units.set(name, unit.slice(0, 40))
    return [name, value] as const
  })
}

function keyOf(data: DataSet, level: DicomLevel, number: number): string {
  if (level === 'instance') return `file ${number}`
  const patient = PATIENT.map((tag) => textOf(data, tag, []) ?? '')
  const study = textOf(data, STUDY, []) ?? `file ${number}`
  const series = textOf(data, SERIES, []) ?? `file ${number}`
  const parts = level === 'patient' ? patient : level === 'study' ? [study] : [study, series]
  // Of nobody known: each file for itself.
  if (level === 'patient' && parts.every((part) => part === '')) return `file ${number}`
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64')
}
