import { expect, test } from 'vitest'
import type { ColumnValues } from '#domain/dataset.ts'
import { contentLevel, createFingerprint, PATIENTS, type RowTable, rowKeys } from '#engine/row-keys.ts'

/** A column of texts, null where a cell is empty. */
function texts(cells: readonly (string | null)[]): ColumnValues {
  const words = [...new Set(cells.filter((cell) => cell !== null))]
  const codes = Uint32Array.from(cells, (cell) => (cell === null ? 0 : words.indexOf(cell) + 1))
  return { kind: 'texts', words, codes }
}

const numbers = (values: readonly number[]): ColumnValues => ({
  kind: 'numbers',
  values: Float64Array.from(values),
})

function tableOf(columns: Readonly<Record<string, ColumnValues>>, rows: number): RowTable {
  const chunks = [Object.values(columns)]
  const patient = 'id' in columns ? 'id' : null
  return { rows, names: Object.keys(columns), patient, chunk: (number) => chunks[number] ?? null }
}

const keysOf = (table: RowTable, level: typeof PATIENTS) =>
  rowKeys(table, level, createFingerprint(new Uint8Array(32).fill(9)), async () => {})

test('rows without a number of a patient are no patient together: each is known by what stands in it', async () => {
  const ages = numbers([40, 41, 42, 40])
  const table = tableOf({ id: texts(['a', null, null, 'a']), age: ages }, 4)
  const [first, second, third, fourth] = await keysOf(table, PATIENTS)
  expect(first).toBe(fourth)
  expect(new Set([first, second, third]).size).toBe(3)
})

test('a column of numbers that one odd cell has made a column of words holds the same numbers', async () => {
  const level = contentLevel(['age'], false)
  const before = await keysOf(tableOf({ age: numbers([40, 41.5, -3]) }, 3), level)
  const after = await keysOf(tableOf({ age: texts(['40', '41.5', '-3', 'unknown']) }, 4), level)
  expect([...after.slice(0, 3)]).toEqual([...before])
  expect([...before]).not.toContain(after[3])
})
