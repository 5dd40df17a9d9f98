import * as v from 'valibot'
import { Count, Hash, Name } from './values.ts'

/** What may be done with a column that tells who a patient is. 'keep' is a person's word that it does not. */
export const IdentifierAction = v.picklist(['keep', 'drop', 'hash', 'age-band', 'cap-age', 'year'])
export type IdentifierAction = v.InferOutput<typeof IdentifierAction>

/** The classes of HIPAA Safe Harbor (45 CFR 164.514(b)(2)) as far as a table can show them, and two of our own. */
export const IdentifierClass = v.picklist([
  'name',
  'email',
  'phone',
  'address',
  'postcode',
  'national-number',
  'record-number',
  'account-number',
  'card-number',
  'ip-address',
  'url',
  'device-number',
  'date-of-birth',
  'full-date',
  'high-age',
  'unique-values',
  'free-text',
])
export type IdentifierClass = v.InferOutput<typeof IdentifierClass>

/** One reason why a column tells who a patient is: from its header, or from so many of its values. Never a value. */
export const IdentifierFinding = v.strictObject({
  column: Name,
  class: IdentifierClass,
  severity: v.picklist(['block', 'warn']),
  evidence: v.picklist(['header', 'values', 'both']),
  /** How many cells show it; 0 where only the header does. */
  cells: Count(0, 1e9),
  /** The action that is proposed. */
  proposed: IdentifierAction,
  /** The action that a person chose, or null while there is none. */
  action: v.nullable(IdentifierAction),
})
export type IdentifierFinding = v.InferOutput<typeof IdentifierFinding>

/** What was looked for in a table, found, and done about it. Its keyed hash stands in every consent. */
export const IdentifierReport = v.strictObject({
  format: v.literal(1),
  rows: Count(0, 1e9),
  columns: Count(0, 100_000),
  findings: v.pipe(v.array(IdentifierFinding), v.maxLength(60_000)),
  /** Columns that together may single a patient out, and how many patients the smallest group of equals has (k). */
  quasi: v.pipe(v.array(Name), v.maxLength(50)),
  smallestGroup: v.nullable(Count(0, 1e9)),
  /** How many rows stand in groups of fewer than five equals. */
  rowsInSmallGroups: v.nullable(Count(0, 1e9)),
})
export type IdentifierReport = v.InferOutput<typeof IdentifierReport>

/** A report as it is kept with a dataset version. */
export const KeptReport = v.strictObject({ report: IdentifierReport, hash: Hash })
export type KeptReport = v.InferOutput<typeof KeptReport>

/** Findings that stop an import: a direct identifier for which nobody has chosen what is done. */
export function openBlocks(report: IdentifierReport): IdentifierFinding[] {
  return report.findings.filter((one) => one.severity === 'block' && one.action === null)
}
