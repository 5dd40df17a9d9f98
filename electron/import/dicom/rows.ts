import { createHash } from 'node:crypto'
import type { DataSet } from 'dicom-parser'
import { AppError } from '#domain/errors.ts'
import type { DicomLevel } from '#domain/importing.ts'
import type { Staging } from '../columns.ts'
import type { Pseudonym } from '../pseudonym.ts'
import { createTextRows } from '../text-rows.ts'
import { createFileCells } from './file-cells.ts'
import { createGroups, type Group } from './groups.ts'
import { parseDicomFile } from './parse.ts'
import { createPatients, type Patients } from './patients.ts'
import { spellingRemarks } from './told.ts'
import { charsetsOf, textOf } from './values.ts'

const STUDY = 'x0020000d'
const SERIES = 'x0020000e'
const DIRECTORY = '1.2.840.10008.1.3.10'
const INSTANCES = 'Instances'

/** One row per patient, study, series or instance, of the files that come. */
export function createDicomRows(
  level: DicomLevel,
  wanted: readonly string[] | null,
  staging: Staging,
  pseudonym: Pseudonym,
) {
  const cells = createFileCells(wanted, pseudonym)
  const groups = createGroups()
  const patients = createPatients()
  const rows = createTextRows(staging, true, { known: cells.known })

  function add(bytes: Uint8Array, number: number) {
    const reason = tryToAdd(bytes, number)
    if (reason) rows.records.refused(number, `file ${number}: ${reason}`)
  }
  function tryToAdd(bytes: Uint8Array, number: number): string | null {
    try {
      const { data, media, partial } = parseDicomFile(bytes)
      if (media === DIRECTORY) return 'a directory of a DICOM medium, which holds no values'
      if (partial) return 'the file is cut short'
      const found = cells.of(data)
      if (found.length === 0) return 'no value that may be kept is in it'
      groups.take(rowOf(level, patients, data, `file ${number}`), found)
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
    const counted = level === 'instance' ? [] : [INSTANCES]
    const all = [...groups.all()]
    const order = cells.settle(groups.columns, all)
    if (level === 'patient') cells.remark(INSTANCES, spellingRemarks(patients.spellings()))
    rows.record([...order.map(({ name }) => name), ...counted], 0)
    for (const [index, group] of all.entries()) {
      const row = order.map(({ places }) => cellOf(group, places))
      rows.record([...row, ...(level === 'instance' ? [] : [String(group.instances)]), ''], index + 1)
    }
    groups.clear()
    patients.clear()
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

/** The row that a file belongs to; one that says nothing of it is `alone`. */
function rowOf(level: DicomLevel, patients: Patients, data: DataSet, alone: string): string {
  if (level === 'instance') return alone
  if (level === 'patient') return hashed([patients.keyOf(data, charsetsOf(data)) ?? alone])
  const study = textOf(data, STUDY, []) ?? alone
  return hashed(level === 'study' ? [study] : [study, textOf(data, SERIES, []) ?? alone])
}

/** The value of the first of these columns in which the group has one, and its files agree. */
function cellOf({ cells, differing }: Group, places: readonly number[]): string {
  const place = places.find((one) => cells.has(one))
  return place === undefined || differing.has(place) ? '' : (cells.get(place) ?? '')
}

function hashed(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64')
}
