import type { Column, ColumnValues } from '#domain/dataset.ts'
import type { IdentifierReport } from '#domain/identifiers.ts'
import type { Profile, Suspicion } from '#domain/profile.ts'
import type { CellReader } from './cell-readers.ts'
import type { TypedTable } from './columns.ts'
import { createEquivalence } from './equivalence.ts'
import { createLexicon } from './lexicon.ts'
import { createTyping } from './profile.ts'
import { createScratch } from './scratch.ts'
import { typedTable } from './typing.ts'

/** A column whose cells are stored already, and what was said of it when they were read. */
export interface StoredColumn {
  readonly column: Column
  readonly remarks: readonly Suspicion[]
}

const NONE: ReadonlySet<string> = new Set()

/** Makes a table of cells that are stored already: they stay as they are, and are counted, profiled and digested anew. */
export function createRetyping(stored: readonly StoredColumn[], identifiers: IdentifierReport) {
  const alike = createEquivalence()
  const quasi = new Set(identifiers.quasi)
  const scratch = createScratch()
  const typings = stored.map(({ column: { name, unit, type }, remarks }) =>
    createTyping({ name, unit, reader: readerOf(type), codes: NONE, remarks }, createLexicon(1), scratch),
  )
  /** Takes the next rows, all columns in their order. */
  function take(columns: readonly ColumnValues[]) {
    for (const [place, values] of columns.entries()) {
      typings[place]?.again(values)
      if (quasi.has(stored[place]?.column.name ?? '')) alike.take(values)
    }
    alike.endChunk()
  }
  function finish(): TypedTable & { readonly profile: Profile } {
    const table = typedTable(typings, identifiers, alike)
    const columns = table.columns.map((column, place) => ({
      ...column,
      missingCodes: stored[place]?.column.missingCodes ?? [],
    }))
    return { ...table, columns }
  }
  return { take, finish }
}

/** Reads nothing: there are no words to be read. */
function readerOf(type: Column['type']): CellReader {
  return type === 'integer' || type === 'real' || type === 'boolean'
    ? { kind: 'numbers', type, of: () => Number.NaN }
    : { kind: 'texts', type, of: () => null }
}
