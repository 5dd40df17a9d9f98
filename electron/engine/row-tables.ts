import { setImmediate } from 'node:timers/promises'
import { getDataset, readTable } from '#store/datasets.ts'
import { getReport } from '#store/profiles.ts'
import type { Ports } from './ports.ts'
import {
  contentLevel,
  createFingerprint,
  patientColumn,
  PATIENTS,
  rowKeys,
  type RowTable,
} from './row-keys.ts'

const MAX_SPLITS = 4

/** Our tables as rows that can be told apart, and the keys by which their rows are held out. */
export function createRowTables({ db, secret }: Pick<Ports, 'db' | 'secret'>) {
  const splits = new Map<string, Promise<Float64Array>>()

  /** A dataset version; null where it is gone. */
  function tableOf(id: string, version: number): RowTable | null {
    const dataset = getDataset(db, id, version)
    if (!dataset) return null
    const patient = patientColumn(dataset, getReport(db, id, version)?.report ?? null)
    const names = dataset.columns.map((one) => one.name)
    return { rows: dataset.rows, names, patient, chunk: readTable(db, id, version).chunk }
  }

  /** Without patients, rows are known by the columns that the dataset had from the start: a new one moves no row. */
  async function split(id: string, version: number): Promise<Float64Array> {
    const table = tableOf(id, version)
    if (!table) return new Float64Array()
    const first = tableOf(id, 1)?.names ?? []
    const lasting = table.names.filter((name) => first.includes(name))
    const level =
      table.patient === null ? contentLevel(lasting.length > 0 ? lasting : table.names, false) : PATIENTS
    return rowKeys(table, level, createFingerprint(secret('holdout')), () => setImmediate())
  }

  return {
    tableOf,
    /** The key of each row by which it is held out or not. */
    splitKeys(id: string, version: number): Promise<Float64Array> {
      const name = `${id} ${version}`
      const known = splits.get(name)
      if (known) return known
      const made = split(id, version)
      splits.set(name, made)
      made.catch(() => splits.delete(name))
      const [oldest] = splits.keys()
      if (splits.size > MAX_SPLITS && oldest !== undefined) splits.delete(oldest)
      return made
    },
  }
}

export type RowTables = ReturnType<typeof createRowTables>
