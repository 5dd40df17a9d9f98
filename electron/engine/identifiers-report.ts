import { createHmac } from 'node:crypto'
import { canonical } from '#domain/canonical.ts'
import { AppError } from '#domain/errors.ts'
import { type IdentifierReport, openBlocks } from '#domain/identifiers.ts'
import type { Hash } from '#domain/values.ts'

/** The keyed hash of a report: it stands in consents and tells outsiders nothing, however small the table. */
export function hashReport(report: IdentifierReport, secret: Uint8Array): Hash {
  return createHmac('sha256', secret).update(canonical(report)).digest('hex')
}

/** Throws 'identifiers-found' while a direct identifier of a table has no action. Names columns, never values. */
export function refuseOpenBlocks(report: IdentifierReport): void {
  const open = openBlocks(report)
  if (open.length === 0) return
  const listed = open
    .slice(0, 20)
    .map(({ column, class: one, proposed }) => `"${column}" (${one}; proposed: ${proposed})`)
  throw new AppError('identifiers-found', `Columns tell who patients are: ${[...new Set(listed)].join(', ')}`)
}
