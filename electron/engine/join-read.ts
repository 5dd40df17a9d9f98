import { setImmediate } from 'node:timers/promises'
import type { Input, Output } from '#contract/calls.ts'
import type { Column, ColumnValues, Dataset } from '#domain/dataset.ts'
import { AppError } from '#domain/errors.ts'
import { createPseudonym, type Pseudonym } from '#import/pseudonym.ts'
import { getDataset, readTable } from '#store/datasets.ts'
import { getReport } from '#store/profiles.ts'
import type { ImportPorts } from './imports.ts'
import { createJoinedRows, type JoinedRows } from './join-rows.ts'
import { patientColumn } from './row-keys.ts'

export type JoinPorts = Pick<ImportPorts, 'db' | 'secret'>
type JoinCounts = Output<'joins.look'>

/** One of the two datasets, with the column by which its rows are known. */
export interface Side {
  readonly dataset: Dataset
  readonly key: string
  readonly place: number
  readonly chunk: (number: number) => readonly ColumnValues[] | null
}

/** What of two datasets meets. */
export interface Looked {
  readonly rows: Side
  readonly others: Side
  readonly added: readonly { readonly column: Column; readonly place: number }[]
  readonly joined: JoinedRows
  readonly counts: JoinCounts
}

/** A keyed name as imports write it. */
const KEYED = /^[0-9a-f]{20}$/
/** DICOM calls its patients so; other tables by what was found at their import. */
const PATIENT = 'PatientID'

/** Reads both sides once: which rows meet, and what the others give them. Throws 'not-found', 'column-missing', 'bad-request'. */
export async function readBoth({ db, secret }: JoinPorts, wanted: Input<'joins.look'>): Promise<Looked> {
  if (wanted.id === wanted.other) throw new AppError('bad-request', 'A dataset is joined to another one')
  const rows = sideOf(db, wanted.id, wanted.key)
  const others = sideOf(db, wanted.other, wanted.by)
  const pseudonym = createPseudonym(secret('pseudonyms'))
  const added = others.dataset.columns.flatMap((column, place) =>
    place === others.place ? [] : [{ column, place }],
  )
  const first = await countKeys(rows, pseudonym)
  const joined = createJoinedRows(added)
  const second = await joinTo(joined, others, first.times, pseudonym)
  const met = [...first.times].filter(([key]) => joined.has(key))
  const counts: JoinCounts = {
    ...{ key: rows.key, by: others.key, rows: rows.dataset.rows, others: others.dataset.rows },
    matched: met.reduce((sum, [, count]) => sum + count, 0),
    ...{ withoutKey: first.withoutKey, othersMatched: second.matched, othersWithoutKey: second.withoutKey },
    ...{ keys: met.length, several: joined.several(), columns: added.length },
    differing: joined.differing().reduce((sum, count) => sum + count, 0),
  }
  return { rows, others, added, joined, counts }
}

function sideOf(db: JoinPorts['db'], id: string, wanted: string | undefined): Side {
  const dataset = getDataset(db, id)
  if (!dataset) throw new AppError('not-found', 'No dataset of ours has this id')
  const names = dataset.columns.map(({ name }) => name)
  const found = names.includes(PATIENT)
    ? PATIENT
    : patientColumn(dataset, getReport(db, id, dataset.version)?.report ?? null)
  const key = wanted ?? found
  if (key === null)
    throw new AppError('column-missing', `Say which column of "${dataset.name}" has the patient's number`)
  const place = names.indexOf(key)
  if (place < 0) throw new AppError('column-missing', `"${dataset.name}" has no column "${key}"`)
  const table = readTable(db, id, dataset.version)
  return { dataset, key, place, chunk: (number) => table.chunk(number) }
}

async function countKeys(rows: Side, pseudonym: Pseudonym) {
  const times = new Map<string, number>()
  let withoutKey = 0
  for await (const columns of chunksOf(rows)) {
    for (const key of keysIn(rows, columns, pseudonym)) {
      if (key === null) withoutKey += 1
      else times.set(key, (times.get(key) ?? 0) + 1)
    }
  }
  return { times, withoutKey }
}

async function joinTo(
  joined: JoinedRows,
  others: Side,
  wanted: ReadonlyMap<string, number>,
  pseudonym: Pseudonym,
) {
  const counts = { matched: 0, withoutKey: 0 }
  for await (const columns of chunksOf(others)) {
    for (const [index, key] of keysIn(others, columns, pseudonym).entries()) {
      if (key === null) counts.withoutKey += 1
      if (key === null || !wanted.has(key)) continue
      counts.matched += 1
      joined.take(key, columns, index)
    }
  }
  return counts
}

/** By which key each row of a chunk is joined: its keyed name, made now where the number itself was kept; null where it has none. */
export function keysIn(
  { place }: Side,
  columns: readonly ColumnValues[],
  pseudonym: Pseudonym,
): (string | null)[] {
  const values = columns[place]
  if (!values) throw new AppError('internal', 'A column of a dataset is gone')
  if (values.kind === 'numbers')
    return Array.from(values.values, (one) => (Number.isNaN(one) ? null : pseudonym(String(one))))
  const words = values.words.map((word) => (KEYED.test(word) ? word : pseudonym(word)))
  return Array.from(values.codes, (code) => words[code - 1] ?? null)
}

/** The rows of a side, chunk by chunk. Others may work between them. */
export async function* chunksOf({ chunk }: Side) {
  for (let number = 0; ; number += 1) {
    const columns = chunk(number)
    if (!columns) return
    yield columns
    await setImmediate()
  }
}
