import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { hashOf } from '#domain/canonical.ts'
import type { ColumnValues, Dataset } from '#domain/dataset.ts'
import type { IdentifierReport } from '#domain/identifiers.ts'
import { patientAmong } from '#import/patient-column.ts'

/** A table whose rows are told apart, chunk by chunk. */
export interface RowTable {
  readonly rows: number
  /** All columns in their order. */
  readonly names: readonly string[]
  /** The column that says which patient a row is of; null where none does. */
  readonly patient: string | null
  readonly chunk: (number: number) => readonly ColumnValues[] | null
}

/** What two rows must have in common to be the same: the patient, the content of these columns, or both. */
export interface RowLevel {
  readonly id: string
  readonly byPatient: boolean
  readonly columns: readonly string[]
}

/** Rows of one patient are the same, whatever they hold. */
export const PATIENTS: RowLevel = { id: 'patient', byPatient: true, columns: [] }

/** Rows with the same cells in these columns are the same, of one patient where the table says of whom they are. */
export function contentLevel(columns: readonly string[], byPatient: boolean): RowLevel {
  const sorted = columns.toSorted()
  return { id: `${byPatient ? 'patient ' : ''}content ${hashOf(sorted)}`, byPatient, columns: sorted }
}

/** How many fingerprints there are. */
export const FINGERPRINTS = 2 ** 53

/** A text's keyed fingerprint: 53 bits of HMAC-SHA-256 (RFC 2104), as a whole number. */
export type Fingerprint = (text: string) => number

/** Fingerprints under a secret of this home. Without the secret they tell nothing of a row. */
export function createFingerprint(secret: Uint8Array): Fingerprint {
  const keyed = hmac.create(sha256, secret)
  return (text) => {
    const digest = Buffer.from(keyed.clone().update(Buffer.from(text)).digest())
    return digest.readUIntBE(0, 6) * 32 + (digest.readUInt8(6) & 31)
  }
}

/** A key for each row of a table at a level; equal rows have equal keys. Others may work between the chunks. */
export async function rowKeys(
  table: RowTable,
  level: RowLevel,
  fingerprint: Fingerprint,
  breathe: () => Promise<void>,
): Promise<Float64Array> {
  const keys = new Float64Array(table.rows)
  const place = new Map(table.names.map((name, i) => [name, i]))
  const placesOf = (names: readonly string[]) => names.map((name) => place.get(name) ?? -1)
  const columns = placesOf(level.columns)
  const patient = level.byPatient && table.patient !== null ? placesOf([table.patient]) : []
  // A patient that nobody named is told by all that stands in its row.
  const all = placesOf(table.names.toSorted())
  let row = 0
  for (let number = 0; ; number++) {
    const chunk = table.chunk(number)
    if (!chunk) return keys
    const [who, what, whole] = [patient, columns, all].map((places) => writersOf(chunk, places))
    const length = lengthOf(chunk)
    for (let i = 0; i < length; i++, row++) {
      const named = textOf(who, i)
      const text = level === PATIENTS && (named === MISSING || named === '') ? textOf(whole, i) : named
      keys[row] = fingerprint(`${text}/${textOf(what, i)}`)
    }
    await breathe()
  }
}

/** As `rowKeys`, but the second, third ... row that is the same gets a key of its own: a set of rows then holds each. */
export async function countedRowKeys(...input: Parameters<typeof rowKeys>): Promise<Float64Array> {
  const keys = await rowKeys(...input)
  const [, level, fingerprint] = input
  if (level === PATIENTS) return keys
  const seen = new Map<number, number>()
  return keys.map((key) => {
    const times = seen.get(key) ?? 0
    seen.set(key, times + 1)
    return times === 0 ? key : fingerprint(`${key} ${times}`)
  })
}

const MISSING = '-'

type Writer = (row: number) => string

function textOf(writers: readonly Writer[] | undefined, row: number): string {
  return (writers ?? []).map((write) => write(row)).join()
}

/** The cells of a chunk as texts that never run into each other. */
function writersOf(chunk: readonly ColumnValues[], places: readonly number[]): Writer[] {
  return places.map((place) => {
    const cells = chunk[place]
    if (!cells) return () => MISSING
    if (cells.kind === 'numbers') {
      const { values } = cells
      return (row) => numberText(values[row] ?? NaN)
    }
    const words = [MISSING, ...cells.words.map(wordText)]
    return (row) => words[cells.codes[row] ?? 0] ?? MISSING
  })
}

function numberText(value: number): string {
  return Number.isNaN(value) ? MISSING : `n${value}`
}

/** One odd cell makes words of a column of numbers: they stay the same numbers. */
function wordText(word: string): string {
  const text = word.normalize('NFC').trim()
  return String(Number(text)) === text && text !== 'NaN' ? numberText(Number(text)) : `${text.length}:${text}`
}

function lengthOf([first]: readonly ColumnValues[]): number {
  if (!first) return 0
  return first.kind === 'numbers' ? first.values.length : first.codes.length
}

/** The column that says which patient a row is of, by what was found at its import; null where none does. */
export function patientColumn(dataset: Dataset, report: IdentifierReport | null): string | null {
  const distinct = new Map(dataset.columns.map((one) => [one.name, one.distinct]))
  return patientAmong(report?.findings ?? [], distinct)
}
