import { expect } from 'vitest'
import { createRowLedger } from '#engine/row-ledger.ts'
import type { RowTable } from '#engine/row-keys.ts'
import type { UsedValues } from '#engine/used-values.ts'
import type { Database } from '#store/database.ts'
import { addDocument } from '#store/library.ts'
import { aRowTable, type Person } from './row-table.ts'

/** A use of a table that a hospital approves. */
export interface Use {
  readonly study: string
  readonly rows: readonly Person[]
  readonly train: (person: Person, row: number) => boolean
  readonly test?: (person: Person, row: number) => boolean
  readonly used?: readonly string[]
  readonly named?: boolean
  readonly values?: readonly UsedValues[]
}

/** A hospital's ledger, under its key in force, over tables that a test makes up; every use is committed to and may be opened. */
export function aLedgerOver(db: Database, us = 'us', imported = 0) {
  const tables = new Map<string, RowTable>()
  const inUse = new Map<string, string>()
  const ledger = createRowLedger({
    db,
    signer: { id: us },
    secret: () => new Uint8Array(32).fill(3),
    tableOf: (dataset, version) => tables.get(`${dataset} ${version}`) ?? null,
    inUse: (study) => inUse.get(study) ?? null,
  })
  let imports = imported

  /** Approves the use of a table, commits to a sum of it, and says which people went in. */
  async function sum(use: Use) {
    const { study, rows, train, test = () => false, used = ['age', 'dose'], named = true, values = [] } = use
    const version = ++imports
    tables.set(`registry ${version}`, aRowTable(rows, named))
    const choice = `${study} of import ${version}`
    inUse.set(study, choice)
    const numbers = [...rows.keys()]
    const pick = (wants: Use['train']) => Uint32Array.from(numbers.filter((row) => wants(rows[row]!, row)))
    const wanted = {
      choice,
      study,
      dataset: 'registry',
      version,
      used,
      values,
      train: pick(train),
      test: pick(test),
    }
    const before = await ledger.look(wanted)
    await ledger.fix(wanted)
    const seen = await ledger.look(wanted)
    expect(seen).toEqual(before)
    commit(study, choice)
    const who = (part: Uint32Array) => Array.from(part, (row) => rows[row]!)
    const summed = (part: 'train' | 'held-out', some: Uint32Array) =>
      ledger.maySum(choice, part) ? who(some) : []
    return {
      ...seen,
      train: summed('train', seen.train),
      test: summed('held-out', seen.test),
      patients: ledger.patients(choice),
    }
  }

  function commit(study: string, choice: string): void {
    const body = {
      kind: 'commitment',
      study,
      round: 1,
      attempt: 0,
      ctx: '',
      dataset: choice,
      contribution: '',
      mask: '',
    }
    addDocument(db, { id: `commitment ${choice}`, author: us, signature: '', body: body as never })
  }
  return { sum, ledger, tables }
}
