import { aPlan, aTask, numberVariable, toTable } from '../trainer/kit.ts'

/** Bytes and numbers as JSON writes them. */
export function plain(_key: string, value: unknown): unknown {
  return ArrayBuffer.isView(value) ? [...(value as Float64Array)] : value // any view of numbers will do
}

/** What is asked of a trainer, in a process of Electron and in ours, to compare the answers. */
export const task = aTask([numberVariable('age', 0, 120), numberVariable('lab', 0, 100)], aPlan())
const rows = Array.from({ length: 400 }, (_, row) => row)
export const table = toTable(
  [
    rows.map((row) => 20 + ((row * 37) % 70)),
    rows.map((row) => (row % 9 === 0 ? Number.NaN : (row * 53) % 100)),
  ],
  rows.map((row) => Number((row * 37) % 70 > 35)),
  (row) => row % 4 === 0,
)
