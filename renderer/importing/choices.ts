import * as v from 'valibot'
import { DatasetId } from '#domain/dataset.ts'
import { ImportEdits, ReadOptions, type ColumnEdit } from '#domain/importing.ts'
import { Name } from '#domain/values.ts'

/** What a person says of a file before it is imported, as it is kept between its steps and over a restart. */
export interface Choices {
  readonly name: string
  /** The dataset whose next version this is; null for a new one. */
  readonly replaces: string | null
  readonly append: boolean
  readonly options: ReadOptions
  readonly edits: ImportEdits
}

const Kept = v.strictObject({
  name: Name,
  replaces: v.nullable(DatasetId),
  append: v.boolean(),
  options: ReadOptions,
  edits: ImportEdits,
})

/** Reads choices that were kept; null where there are none, or of another version of the app. */
export function readChoices(state: string | null): Choices | null {
  if (state === null) return null
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Kept), state)
  return parsed.success ? parsed.output : null
}

/** Whether the file has to be read again when one becomes the other. */
export function readsOtherwise(before: Choices, after: Choices): boolean {
  const read = ({ options, replaces, append }: Choices) => JSON.stringify([options, replaces, append])
  return read(before) !== read(after)
}

/** The choices with a column changed further. */
export function withEdit(choices: Choices, edit: ColumnEdit): Choices {
  const before = choices.edits.find((one) => one.column === edit.column)
  const others = choices.edits.filter((one) => one.column !== edit.column)
  return { ...choices, edits: [...others, { ...before, ...edit }] }
}

/** The name under which the choices for a file are kept: a file of the same name and size finds them again. */
export function subjectOf(file: { readonly name: string; readonly size: number }): string {
  return `import:${`${file.name}-${file.size}`.replaceAll(/[^\w.-]/g, '-').slice(-120)}`
}
