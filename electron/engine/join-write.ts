import type { Column, ColumnValues, Dataset } from '#domain/dataset.ts'
import type { IdentifierReport } from '#domain/identifiers.ts'
import type { Suspicion } from '#domain/profile.ts'
import type { TypedTable } from '#import/columns.ts'
import { createPseudonym } from '#import/pseudonym.ts'
import { createRetyping, type StoredColumn } from '#import/retyping.ts'
import { getProfile, getReport } from '#store/profiles.ts'
import { chunksOf, type JoinPorts, keysIn, type Looked, type Side } from './join-read.ts'

const MAX_QUASI = 12
const LONGEST_NAME = 190
const SAID: ReadonlySet<Suspicion['kind']> = new Set([
  'unreadable',
  'limits',
  'written',
  'ambiguous',
  'differing',
  'spellings',
  'letters',
])

/** Writes the rows of the first side with the columns of the other, chunk by chunk, and profiles them. */
export async function writeJoin(
  ports: JoinPorts,
  { rows, others, added, joined }: Looked,
  put: (chunk: number, columns: readonly ColumnValues[]) => void,
): Promise<TypedTable> {
  const pseudonym = createPseudonym(ports.secret('pseudonyms'))
  const names = namesOf(rows.dataset, others.dataset, added)
  const differing = joined.differing()
  const stored: StoredColumn[] = [
    ...rows.dataset.columns.map((column) => ({ column, remarks: remarksOf(ports, rows, column) })),
    ...added.map(({ column }, index) => ({
      column: { ...column, name: names.get(column.name) ?? column.name },
      remarks: [...remarksOf(ports, others, column), ...differingIn(differing[index] ?? 0)],
    })),
  ]
  const size = { columns: stored.length, rows: rows.dataset.rows }
  const retyping = createRetyping(
    stored,
    identifiersOf(reportOf(ports, rows), reportOf(ports, others), names, size),
  )
  let chunk = 0
  for await (const columns of chunksOf(rows)) {
    const all = [...columns, ...joined.columnsFor(keysIn(rows, columns, pseudonym))]
    retyping.take(all)
    put(chunk, all)
    chunk += 1
  }
  return retyping.finish()
}

type Found = Pick<IdentifierReport, 'findings' | 'quasi'>

function reportOf({ db }: JoinPorts, { dataset: { id, version } }: Side): Found {
  return getReport(db, id, version)?.report ?? { findings: [], quasi: [] }
}

function remarksOf({ db }: JoinPorts, { dataset }: Side, { name }: Column): Suspicion[] {
  const profile = getProfile(db, dataset.id, dataset.version)?.find((one) => one.name === name)
  return (profile?.suspicious ?? []).filter(({ kind }) => SAID.has(kind))
}

function differingIn(rows: number): Suspicion[] {
  const detail = 'Patients with several rows that differ here; they have no value.'
  return rows > 0 ? [{ kind: 'differing', value: null, rows, detail }] : []
}

/** The other's columns by names that the first does not have. */
function namesOf(rows: Dataset, others: Dataset, added: Looked['added']): Map<string, string> {
  const taken = new Set(rows.columns.map(({ name }) => name))
  for (const { column } of added) taken.add(column.name)
  const own = new Set(rows.columns.map(({ name }) => name))
  return new Map(
    added.map(({ column: { name } }) => {
      const wanted = own.has(name) ? `${name} (${others.name})`.slice(0, LONGEST_NAME).toWellFormed() : name
      let free = wanted
      for (let number = 2; own.has(name) && taken.has(free); number += 1) free = `${wanted} ${number}`
      taken.add(free)
      return [name, free]
    }),
  )
}

/** What was found and done about identifiers on both sides. */
function identifiersOf(
  { findings, quasi }: Found,
  others: Found,
  renamed: ReadonlyMap<string, string>,
  size: { readonly rows: number; readonly columns: number },
): IdentifierReport {
  const added = others.findings.flatMap((one) => {
    const column = renamed.get(one.column)
    return column === undefined ? [] : [{ ...one, column }]
  })
  const both = [...quasi, ...others.quasi.flatMap((one) => renamed.get(one) ?? [])].slice(0, MAX_QUASI)
  return {
    ...size,
    ...{ format: 1, findings: [...findings, ...added] },
    ...{ quasi: both, smallestGroup: null, rowsInSmallGroups: null },
  }
}
