import { createHmac } from 'node:crypto'
import { AppError } from '#domain/errors.ts'
import type { Hash } from '#domain/values.ts'
import type { Work } from '#network/ports.ts'
import type { Table } from '#trainer/jobs.ts'
import { usableRows } from '#trainer/variables/rows.ts'
import type { DataChoice } from './choices.ts'
import { taskOf, type Data } from './data.ts'
import type { Ports } from './ports.ts'

/** Keyed hashes of what a study uses of ours: which rows, and each column's values in them. */
interface Used {
  /** Those that our rows are nearly, or come to with others: who is added up with us is the same for all of these. */
  readonly family: string
  readonly rows: string
  readonly values: readonly string[]
}

const MAX_KEPT = 50

/**
 * Names what our contribution to a round depends on, part by part: the same rows and values have the same tokens in every round,
 * version and study. Keyed by a secret of ours, so that nobody can try values.
 */
export function createInputs({
  secret,
  data,
}: Pick<Ports, 'secret'> & { readonly data: Pick<Data, 'table' | 'patients'> }) {
  const known = new Map<string, Promise<{ train: Used; test: Used }>>()

  const token = (...parts: readonly (string | Uint8Array)[]) => {
    const mac = createHmac('sha256', secret('inputs'))
    for (const part of parts) mac.update(createHmac('sha256', '').update(part).digest())
    return mac.digest().subarray(0, 12).toString('base64url')
  }

  function usedIn(patients: Hash, family: Hash, table: Table, rows: Uint32Array): Used {
    const named = token('rows', patients)
    const columns = [...table.columns, table.outcome, ...(table.event ? [table.event] : [])]
    // In order of size: the same values of the same rows add up to the same, however a file orders them.
    const taken = columns.map((column) => Float32Array.from(rows, (row) => column[row] ?? NaN).toSorted())
    const values = taken.map((one) => token('values', named, new Uint8Array(one.buffer)))
    return { family: token('rows', family), rows: token('just these', named), values }
  }

  async function read(choice: DataChoice) {
    const table = await data.table(choice)
    const { train, test } = usableRows(taskOf(choice.plan), table)
    const fixed = data.patients(choice.key)
    if (!fixed) throw new AppError('internal', 'The rows of a contribution are fixed before it is computed')
    return {
      train: usedIn(fixed.train, fixed.families.train, table, train),
      test: usedIn(fixed.test, fixed.families.test, table, test),
    }
  }

  function usedOf(choice: DataChoice) {
    const made = known.get(choice.key) ?? read(choice)
    known.set(choice.key, made)
    made.catch(() => known.delete(choice.key))
    const [oldest] = known.keys()
    if (known.size > MAX_KEPT && oldest !== undefined) known.delete(oldest)
    return made
  }

  /** The tokens of our contribution to a round. */
  return async (choice: DataChoice, { kind, base, study }: Work): Promise<string[]> => {
    const { train, test } = await usedOf(choice)
    // Sums of an exact fit are over the very rows of the statistics, and plain: under any base their difference to those of fewer members is the rest.
    if (kind === 'statistics' || (kind === 'training' && study.body.plan.fit))
      return [train.family, train.rows, ...train.values]
    const of = kind === 'training' ? train : test
    // A survival model sees all rows at each step: what a base nearby makes of them is nearly the same.
    const from = kind === 'training' && study.body.outcome.task === 'survival' ? '' : (base ?? '')
    // How many rows an evaluation scores, with and without the outcome, is the same for every model.
    const [family, rows] = [of.family, of.rows].map((one) =>
      token(kind, one, kind === 'evaluation' ? '' : from),
    )
    return [family ?? '', rows ?? '', token(kind, of.values.join(), from)]
  }
}

export type InputsOf = ReturnType<typeof createInputs>
