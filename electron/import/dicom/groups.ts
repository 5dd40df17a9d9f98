import { AppError } from '#domain/errors.ts'
import type { DicomCell } from './cells.ts'

const MAX_CELLS = 20_000_000
const MAX_COLUMNS = 5000

/** The files that make one row. */
export interface Group {
  readonly cells: Map<number, string>
  /** Columns in which the files of the group differ. */
  readonly differing: Set<number>
  instances: number
}

/** What files of the same patient, study or series hold, column by column. */
export function createGroups() {
  const columns = new Map<string, number>()
  const groups = new Map<string, Group>()
  let filled = 0

  function columnOf(name: string): number {
    const known = columns.get(name)
    if (known !== undefined) return known
    if (columns.size >= MAX_COLUMNS)
      throw new AppError('too-large', 'The files have more than 5,000 different values')
    columns.set(name, columns.size)
    return columns.size - 1
  }
  function take(key: string, cells: readonly DicomCell[]) {
    const group = groups.get(key) ?? { cells: new Map(), differing: new Set(), instances: 0 }
    groups.set(key, group)
    group.instances += 1
    for (const { column: name, value } of cells) {
      const column = columnOf(name)
      const before = group.cells.get(column)
      if (before === undefined) {
        group.cells.set(column, value)
        filled += 1
      } else if (before !== value) group.differing.add(column)
    }
    if (filled > MAX_CELLS)
      throw new AppError('too-large', `At most ${MAX_CELLS} values can be read from DICOM files`)
  }
  return {
    take,
    columns,
    all: () => groups.values(),
    size: () => groups.size,
    clear: () => groups.clear(),
  }
}
