import type { Suspicion } from '#domain/profile.ts'
import type { Spellings } from './patients.ts'

type Kind = 'written' | 'letters' | 'differing'

const DETAILS: Record<Kind, string> = {
  written:
    'Values are not written as DICOM writes them (a decimal comma, an age without its zeros); they are read as what they mean.',
  letters:
    'The files do not say how their letters are written; they are read as UTF-8 where they are that, else as Latin-1.',
  differing:
    'The images or frames of which the row is made differ here; the row has no value, or their least and greatest.',
}

/** Counts what a person should know of how columns were read. Never a value. */
export function createTold() {
  const counts = new Map<string, Map<Kind, number>>()

  function note(column: string, kind: Kind) {
    const ofColumn = counts.get(column) ?? new Map<Kind, number>()
    counts.set(column, ofColumn.set(kind, (ofColumn.get(kind) ?? 0) + 1))
  }
  function remarksOf(column: string): Suspicion[] {
    return [...(counts.get(column) ?? [])].map(([kind, rows]) => ({
      ...{ kind, value: null, rows },
      detail: DETAILS[kind],
    }))
  }
  return { note, remarksOf }
}

export type Told = ReturnType<typeof createTold>

/** What a person should know of how patients are written. */
export function spellingRemarks({ several, renamed, shared }: Spellings): Suspicion[] {
  const found: Suspicion[] = []
  const note = (rows: number, detail: string) =>
    rows > 0 && found.push({ kind: 'spellings', value: null, rows, detail })
  note(
    several,
    `Patients whose number or name is written in more than one way; each is one row. In ${renamed} of them the names themselves differ.`,
  )
  note(
    shared,
    'Patient numbers that stand for several patients, by another issuer or by name and date of birth; each patient is a row.',
  )
  return found
}
