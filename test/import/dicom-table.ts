import type { ReadOptions } from '#domain/importing.ts'
import { readFiles } from './desk.ts'
import { dicomFile, type Elements } from './dicom-writer.ts'

/** Reads DICOM files, or data sets that become files, into one table, with its columns and what is said of them by name. */
export async function readDicom(files: readonly (Elements | Uint8Array)[], options: ReadOptions = {}) {
  const named = files.map((file, index) => ({
    name: `${index}`,
    bytes: file instanceof Uint8Array ? file : dicomFile(file),
  }))
  const table = await readFiles(named, options)
  const remarks = (name: string) =>
    (table.profile.find((one) => one.name === name)?.suspicious ?? []).map(({ kind, rows }) => [kind, rows])
  const column = (name: string) =>
    table.names.includes(name) ? table.rows.map((row) => row[table.names.indexOf(name)]) : undefined
  const typeOf = (name: string) => table.columns.find((one) => one.name === name)?.type
  return { ...table, remarks, column, typeOf }
}
