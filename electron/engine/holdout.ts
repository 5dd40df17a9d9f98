import type { Holdout } from '#domain/dataset.ts'
import type { HeldOut } from './map-table.ts'
import { FINGERPRINTS } from './row-keys.ts'

/**
 * Which rows are held out, by a key of each row: the patient's where the table says of whom a row is, else that of what stands
 * in it. By share: a patient is held out when its key, a fingerprint under this institution's own secret, falls below the share. So
 * all rows of a patient and all copies of a row are on one side, the same in every study, after every restart, and
 * whatever rows come or go. Named rows take with them those of the same key.
 */
export function holdoutOf(holdout: Holdout, keys: Float64Array): HeldOut {
  if (holdout.kind === 'rows') {
    const held = new Set(holdout.rows.map((row) => keys[row]))
    return (row) => held.has(keys[row])
  }
  const limit = holdout.share * FINGERPRINTS
  return (row) => (keys[row] ?? 0) < limit
}
