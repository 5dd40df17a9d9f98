import { createHmac } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { canonical } from '#domain/canonical.ts'
import type { Dataset, Mapping } from '#domain/dataset.ts'
import { AppError } from '#domain/errors.ts'
import type { Study } from '#domain/study.ts'
import type { Hash } from '#domain/values.ts'
import { getDataset, readTable } from '#store/datasets.ts'
import { getMapping } from '#store/mappings.ts'
import { getReportHash } from '#store/profiles.ts'
import { withFormulas } from './formula-columns.ts'
import { holdoutOf } from './holdout.ts'
import { mapTable, type Columns, type Mapped } from './map-table.ts'
import type { Ports } from './ports.ts'
import type { RowTables } from './row-tables.ts'
import { usedValues, type UsedValues } from './used-values.ts'

/** A dataset version under a mapping, as one study would use it. */
export interface DataChoice {
  readonly study: Hash
  readonly plan: Study
  readonly dataset: Dataset
  readonly mapping: Mapping
  /** Keyed hash of all of it: the `dataset` of a consent. Tells outsiders nothing, and changes with any row. */
  readonly key: Hash
  /** Keyed hash of all columns' names and types: nobody can confirm a guess at those that are not used. */
  readonly columns: Hash
  /** Keyed hash of the identifiers report of this version; null for versions of older apps. */
  readonly deidentification: Hash | null
}

/** A dataset as a study reads it. */
interface Read {
  readonly mapped: Mapped
  /** What is used of each column, row by row. */
  readonly values: readonly UsedValues[]
  /** Null where there is no filter of ours. */
  readonly kept: number | null
}

/** By which rules rows are read. Where these change, a mapping may come to mean something else, and is approved anew. */
const READING = 4

/** Our data as a study would use them: which dataset and mapping, and all its rows as they read under it. */
export function createChoices(
  { db, library, secret }: Pick<Ports, 'db' | 'library' | 'secret'>,
  splitKeys: RowTables['splitKeys'],
) {
  function choose(study: Hash, plan: Study, datasetId: string, mapping: Mapping): DataChoice {
    const dataset = getDataset(db, datasetId)
    if (!dataset) throw new AppError('not-found', 'No dataset of ours has this id')
    const { contentHash: content, schemaHash: schema } = dataset
    const named = canonical({ content, schema, mapping, study, reading: READING })
    const key = createHmac('sha256', secret('datasets')).update(named).digest('hex')
    const deidentification = getReportHash(db, dataset.id, dataset.version)
    const columns = createHmac('sha256', secret('datasets')).update(`columns ${schema}`).digest('hex')
    return { study, plan, dataset, mapping, key, columns, deidentification }
  }

  /** What the saved mapping of a study chooses now, or null where there is none or its dataset is gone. */
  function chosen(study: Hash): DataChoice | null {
    const saved = getMapping(db, study)
    const plan = library.study(study)?.body
    if (!saved || !plan || !getDataset(db, saved.dataset)) return null
    return choose(study, plan, saved.dataset, saved.mapping)
  }

  /** The whole table as it reads, and how many rows our own filter keeps (null where there is none). */
  async function read({ plan, dataset, mapping }: DataChoice): Promise<Read> {
    const table = readTable(db, dataset.id, dataset.version)
    const names = new Set(dataset.columns.map((one) => one.name))
    const source: Columns = { rows: table.rows, names, cells: table.cells }
    const held = holdoutOf(mapping.holdout, await splitKeys(dataset.id, dataset.version))
    const columns = withFormulas(source, mapping, plan)
    const mapped = await mapTable(plan, mapping, columns, held, () => setImmediate())
    const values = usedValues(plan, mapping, columns, mapped.table)
    return { mapped, values, kept: columns.used ? columns.used.reduce((sum, one) => sum + one, 0) : null }
  }

  return { choose, chosen, read }
}
