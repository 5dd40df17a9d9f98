import type { Limits } from '#domain/importing.ts'
import type { Suspicion } from '#domain/profile.ts'
import type { NumberRemarks } from './number-look.ts'
import type { NumberFormat } from './numbers.ts'

const LONGEST_NAME = 200
const BEHIND = ' (limits)'

/** The name of the column that says which numbers of a column are limits. */
export function flagNameOf(name: string): string {
  return name.slice(0, LONGEST_NAME - BEHIND.length).toWellFormed() + BEHIND
}

const AS: Record<Limits, string> = {
  limit: 'read as the limit itself',
  half: 'read as half of a lower limit and all of an upper one',
  missing: 'read as missing',
}

/** What a person should know of how a column's numbers are written, in counts. */
export function remarksOf(
  name: string,
  { decimal }: NumberFormat,
  { below, above, written, isDoubtful }: NumberRemarks,
  limits: Limits,
): Suspicion[] {
  const found: Suspicion[] = []
  const note = (kind: Suspicion['kind'], rows: number, detail: string) =>
    found.push({ kind, value: null, rows, detail: detail.slice(0, 300) })
  if (below + above > 0) {
    const flag = `the column "${flagNameOf(name).slice(0, 80)}" says which`
    note(
      'limits',
      below + above,
      `${below} cells lie below a number and ${above} above one: ${AS[limits]}; ${flag}.`,
    )
  }
  const others = written - below - above
  if (others > 0)
    note(
      'written',
      others,
      'Cells have more than digits (a unit, a sign behind, other marks); they are read as numbers.',
    )
  if (isDoubtful) {
    const how =
      decimal === '.' ? 'a point is read as the decimal mark' : 'a comma is read as the decimal mark'
    note(
      'ambiguous',
      0,
      `8.400 or 8,400 may be eight and a bit or thousands, and nothing in the file says which: ${how}.`,
    )
  }
  return found
}

/** What a person should know of a column of words of which some have letters that a program before ours spoilt. */
export function lettersIn(words: number): Suspicion[] {
  if (words === 0) return []
  const detail = `${words} different words have signs such as Ã¼ for one letter: the file was saved by a program that read it in a wrong encoding. Nobody can see it from the bytes; export it anew.`
  return [{ kind: 'letters', value: null, rows: 0, detail }]
}

/** What a person should know of a column of days that stays one of words. */
export function ordersIn(isMixed: boolean): Suspicion[] {
  if (!isMixed) return []
  const detail =
    'Days are written in more than one order of day, month and year: some fit only one, some only another. The column stays as it is written.'
  return [{ kind: 'ambiguous', value: null, rows: 0, detail }]
}
