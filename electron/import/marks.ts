import type { Dialect } from '#domain/importing.ts'

/** What cuts a text into records and cells. */
export type Marks = Pick<Dialect, 'delimiter' | 'quote' | 'escape'>

export const [LF, CR, SPACE, TAB, BACKSLASH] = [10, 13, 32, 9, 92]

/** Whether a line or the text ends at `at`. */
export function isEnd(codes: Uint16Array, at: number): boolean {
  const code = codes[at]
  return code === undefined || code === LF || code === CR
}
