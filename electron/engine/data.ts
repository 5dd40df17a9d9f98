import type { MappingFinding, UnnamedValues } from '#contract/mapping.ts'
import { AppError } from '#domain/errors.ts'
import { fewestRows, type Study } from '#domain/study.ts'
import type { Hash } from '#domain/values.ts'
import { getProfile, getReport } from '#store/profiles.ts'
import type { RowCounts, Table, Task } from '#trainer/jobs.ts'
import { countRows, usableRows } from '#trainer/variables/rows.ts'
import { createChoices, type DataChoice } from './choices.ts'
import { cohortOf, hideFew, rareGroups, type Cohort } from './cohort.ts'
import { columnsUsed } from './columns-used.ts'
import { duplicatesIn } from './duplicates.ts'
import type { Mapped } from './map-table.ts'
import { checkColumns, checkRows, tooFewValues } from './mapping-check.ts'
import { mappingDoubts } from './mapping-doubts.ts'
import type { Ports } from './ports.ts'
import { createRowLedger, type SummedRows } from './row-ledger.ts'
import type { WantedRows } from './row-parts.ts'
import { createRowTables } from './row-tables.ts'
import { createRowsApart } from './rows-apart.ts'
import { rowsLeftOut } from './rows-left-out.ts'

/** What a choice comes to, in counts. */
export interface DataReport {
  readonly counts: RowCounts
  readonly cohort: Cohort
  readonly findings: readonly MappingFinding[]
  /** Values that the mapping does not name; for the steward's screen only. */
  readonly unnamed: readonly UnnamedValues[]
}

/** What of a study is the trainer's business. */
export function taskOf({ variables, outcome, plan, rules }: Study): Task {
  return {
    variables,
    outcome,
    plan,
    rules: { minimumRows: fewestRows(rules), weightBands: rules.weightBands },
  }
}

/** A mapped table without values that too few of our patients have, and what of our rows it is about. */
interface Settled extends Mapped {
  readonly cohort: Omit<Cohort, 'rare'>
  readonly left: SummedRows
  readonly doubles: MappingFinding | null
}

const MAX_REPORTS = 200

/** Our data as studies see it: which dataset and mapping, what they come to, and the table for the trainer. */
export function createData(
  ports: Pick<Ports, 'db' | 'library' | 'secret'> & { readonly signer: Pick<Ports['signer'], 'id'> },
) {
  const { db } = ports
  // Made at once, so that every backup of a home has them: without them nothing is known again by its name.
  for (const purpose of ['contents', 'datasets', 'holdout', 'pseudonyms', 'rows']) ports.secret(purpose)
  const { tableOf, splitKeys } = createRowTables(ports)
  const { choose, chosen, read } = createChoices(ports, splitKeys)
  const ledger = createRowLedger({ ...ports, tableOf, inUse: (study) => chosen(study)?.key ?? null })
  const apart = createRowsApart({ ...ports, tableOf })
  const reports = new Map<Hash, Promise<DataReport>>()

  /** A choice as it goes into sums: rows that would be singled out beside earlier sums count as excluded. */
  async function map(choice: DataChoice): Promise<Settled> {
    const { mapped, values, kept } = await read(choice)
    const task = taskOf(choice.plan)
    const steps = cohortOf(task, mapped.table)
    const wanted = wantedRows(choice, mapped.table, values)
    const left = await ledger.look(wanted)
    exclude(mapped.table, wanted, left)
    const { id, version, columns } = choice.dataset
    const patients = await splitKeys(id, version)
    const areNamed = typeof tableOf(id, version)?.patient === 'string'
    const doubles = duplicatesIn(patients, { areNamed, columns: columns.length })
    const table = { ...mapped.table, patients }
    return { ...mapped, table, left, doubles, cohort: { kept, steps, hidden: hideFew(task, mapped.table) } }
  }

  /** Counts and findings of a choice; read from the rows once. */
  function report(choice: DataChoice): Promise<DataReport> {
    const known = reports.get(choice.key)
    if (known) return known
    const made = map(choice).then((mapped) => examine(db, choice, mapped))
    reports.set(choice.key, made)
    made.catch(() => reports.delete(choice.key))
    const [oldest] = reports.keys()
    if (reports.size > MAX_REPORTS && oldest) reports.delete(oldest)
    return made
  }

  /** The table for the trainer. Rejects with 'mapping-bad' while a value is not named: no round runs on a guess. */
  async function table(choice: DataChoice): Promise<Table> {
    const mapped = await map(choice)
    if (mapped.unnamed.some(({ stops }) => stops))
      throw new AppError('mapping-bad', 'The table has values that the mapping does not name')
    return mapped.table
  }

  /** Fixes the rows of a choice before anything of them is summed. True where they were not fixed yet. */
  async function fix(choice: DataChoice): Promise<boolean> {
    if (ledger.patients(choice.key)) return false
    const { mapped, values } = await read(choice)
    const isNew = await ledger.fix(wantedRows(choice, mapped.table, values))
    if (isNew) reports.clear()
    return isNew
  }

  return {
    choose,
    chosen,
    report,
    table,
    fix,
    unfix: ledger.unfix,
    apart,
    /** Which rows may be summed has changed for choices that were looked at before. */
    forget: () => reports.clear(),
    maySum: ledger.maySum,
    patients: ledger.patients,
  }
}

/** The rows that a choice would use if no sum had been opened before. */
function wantedRows(choice: DataChoice, table: Table, values: WantedRows['values']): WantedRows {
  const { train, test } = usableRows(taskOf(choice.plan), table)
  const { key, study, dataset } = choice
  const { id, version } = dataset
  return { choice: key, study, dataset: id, version, used: columnsUsed(choice), values, train, test }
}

/** Rows without an outcome are in no part of a study. */
function exclude({ outcome }: Table, wanted: WantedRows, rows: SummedRows): void {
  const kept = new Uint8Array(outcome.length)
  for (const part of [rows.train, rows.test]) for (const row of part) kept[row] = 1
  for (const part of [wanted.train, wanted.test])
    for (const row of part) if (!kept[row]) outcome[row] = Number.NaN
}

/** What a choice comes to, by its rows as they were mapped. */
function examine(db: Ports['db'], { plan, dataset, mapping }: DataChoice, mapped: Settled): DataReport {
  const broken = checkColumns(plan, mapping, dataset)
  const task = taskOf(plan)
  const rows = usableRows(task, mapped.table)
  const counts = countRows(task, mapped.table, rows)
  const cohort = { ...mapped.cohort, rare: rareGroups(task, mapped.table, rows.train) }
  // Without a column, what its rows show is only noise beside the reason.
  if (broken.length > 0) return { counts, cohort, findings: broken, unnamed: [] }
  const { id, version } = dataset
  const found = {
    profile: getProfile(db, id, version),
    identifiers: getReport(db, id, version)?.report ?? null,
  }
  const doubts = mappingDoubts(plan, mapping, dataset, found)
  const beside = { holdout: mapping.holdout, steps: cohort.steps, columns: columnsOf(mapping, dataset) }
  const seen = checkRows(plan, beside, mapped, counts, rows)
  const doubles = mapped.doubles ? [mapped.doubles] : []
  const findings = [
    ...rowsLeftOut(mapped.left),
    ...doubles,
    ...seen,
    ...cohort.hidden.map(tooFewValues),
    ...doubts,
  ]
  return { counts, cohort, findings, unnamed: mapped.unnamed }
}

/** The columns of a dataset by the variables that are read from them; none for a formula. */
function columnsOf({ variables }: DataChoice['mapping'], { columns }: DataChoice['dataset']) {
  const byName = new Map(columns.map((one) => [one.name, one]))
  const found = Object.entries(variables).map(([name, { column }]) => [name, byName.get(column)] as const)
  return new Map(found.flatMap(([name, column]) => (column ? [[name, column] as const] : [])))
}

export type Data = ReturnType<typeof createData>
