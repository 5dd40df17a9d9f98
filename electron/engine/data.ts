import { createHmac } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { MappingFinding, UnnamedValues } from '#contract/mapping.ts'
import { canonical } from '#domain/canonical.ts'
import type { Dataset, Mapping } from '#domain/dataset.ts'
import { AppError } from '#domain/errors.ts'
import { fewestRows, type Study } from '#domain/study.ts'
import type { Hash } from '#domain/values.ts'
import { getDataset, readTable } from '#store/datasets.ts'
import { getMapping } from '#store/mappings.ts'
import { getProfile, getReport, getReportHash } from '#store/profiles.ts'
import type { RowCounts, Table, Task } from '#trainer/jobs.ts'
import { countRows, usableRows } from '#trainer/variables/rows.ts'
import { cohortOf, hideFew, rareGroups, type Cohort } from './cohort.ts'
import { withFormulas } from './formula-columns.ts'
import { holdoutOf } from './holdout.ts'
import { mapTable, type Columns, type Mapped } from './map-table.ts'
import { checkColumns, checkRows, tooFewValues } from './mapping-check.ts'
import { mappingDoubts } from './mapping-doubts.ts'
import type { Ports } from './ports.ts'

/** A dataset version under a mapping, as one study would use it. */
export interface DataChoice {
  readonly study: Hash
  readonly plan: Study
  readonly dataset: Dataset
  readonly mapping: Mapping
  /** Keyed hash of all of it: the `dataset` of a consent. Tells outsiders nothing, and changes with any row. */
  readonly key: Hash
  /** Keyed hash of the identifiers report of this version; null for versions of older apps. */
  readonly deidentification: Hash | null
}

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
type Settled = Mapped & { readonly cohort: Omit<Cohort, 'rare'> }

const MAX_REPORTS = 200
/** By which rules rows are read. Where these change, a mapping may come to mean something else, and is approved anew. */
const READING = 2

/** Our data as studies see it: which dataset and mapping, what they come to, and the table for the trainer. */
export function createData({ db, library, secret }: Pick<Ports, 'db' | 'library' | 'secret'>) {
  const reports = new Map<Hash, Promise<DataReport>>()

  function choose(study: Hash, plan: Study, datasetId: string, mapping: Mapping): DataChoice {
    const dataset = getDataset(db, datasetId)
    if (!dataset) throw new AppError('not-found', 'No dataset of ours has this id')
    const { contentHash: content, schemaHash: schema } = dataset
    const named = canonical({ content, schema, mapping, study, reading: READING })
    const key = createHmac('sha256', secret('datasets')).update(named).digest('hex')
    const deidentification = getReportHash(db, dataset.id, dataset.version)
    return { study, plan, dataset, mapping, key, deidentification }
  }

  /** What the saved mapping of a study chooses now, or null where there is none or its dataset is gone. */
  function chosen(study: Hash): DataChoice | null {
    const saved = getMapping(db, study)
    const plan = library.study(study)?.body
    if (!saved || !plan || !getDataset(db, saved.dataset)) return null
    return choose(study, plan, saved.dataset, saved.mapping)
  }

  async function map({ plan, dataset, mapping }: DataChoice): Promise<Settled> {
    const table = readTable(db, dataset.id, dataset.version)
    const names = new Set(dataset.columns.map((one) => one.name))
    const source: Columns = { rows: table.rows, names, cells: table.cells }
    const held = holdoutOf(mapping.holdout, secret('holdout'), table.rows)
    const read = withFormulas(source, mapping, plan)
    const mapped = await mapTable(plan, mapping, read, held, () => setImmediate())
    const kept = read.used ? read.used.reduce((sum, one) => sum + one, 0) : null
    const task = taskOf(plan)
    const steps = cohortOf(task, mapped.table)
    return { ...mapped, cohort: { kept, steps, hidden: hideFew(task, mapped.table) } }
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

  return { choose, chosen, report, table }
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
  const seen = checkRows(plan, mapping, mapped, counts, rows)
  const findings = [...seen, ...cohort.hidden.map(tooFewValues), ...doubts]
  return { counts, cohort, findings, unnamed: mapped.unnamed }
}

export type Data = ReturnType<typeof createData>
