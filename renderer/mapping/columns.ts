import type { Column } from '#domain/dataset.ts'

const MARK = '='
const bare = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')

/** Whether a mapping's word for a column is a formula over columns. */
export function isFormula(column: string): boolean {
  return column.startsWith(MARK)
}

/** Whether a word for a column says something: a column, or a formula that is not empty. */
export function isTold(column: string): boolean {
  return column !== '' && column.trim() !== MARK
}

/** The column whose name is that of a variable or outcome, or '' where none is. */
export function columnNamed(columns: readonly Column[], ...names: readonly string[]): string {
  const wanted = names.map(bare).filter(Boolean)
  return columns.find((one) => wanted.includes(bare(one.name)))?.name ?? ''
}
