import { BASELINE_PIECES, type Exposure } from '#trainer/survival/baseline.ts'
import { NORMALISER_SCALE } from './normaliser.ts'
import type { Parts } from './parts.ts'

/** A contribution to a training sum, what had to be clipped for it, and where it puts this hospital's shared parameters. */
export interface Update {
  readonly values: Float64Array
  readonly clipped: number
  readonly own: Float64Array
}

/** What a hospital's local steps came to. */
export interface LocalResult {
  readonly before: Float32Array
  readonly after: Float64Array
  readonly loss: number
  /** What the update is divided by where numbers of steps differ. */
  readonly normaliser: number
  /** Survival: events and exposure over so many rows. */
  readonly exposure: (Exposure & { readonly rows: number }) | null
}

/**
 * weight * (after - before) of each shared parameter, each difference clipped to the bound, then weight * loss, weight *
 * normaliser and weight * the exposures per row, where the study has them.
 */
export function makeUpdate(
  parts: Parts,
  { before, after, loss, normaliser, exposure }: LocalResult,
  { weight, bound }: { weight: number; bound: number },
): Update {
  const values = new Float64Array(parts.length)
  const own = new Float64Array(parts.shared)
  let clipped = 0
  for (let i = 0; i < parts.shared; i++) {
    const difference = (after[i] ?? 0) - (before[i] ?? 0)
    const kept = Math.min(bound, Math.max(-bound, difference))
    if (kept !== difference) clipped += 1
    own[i] = (before[i] ?? 0) + kept
    values[i] = (weight * kept) / (parts.normaliser === null ? 1 : normaliser)
  }
  const limit = Math.max(1, bound)
  values[parts.loss] = weight * Math.min(loss, limit)
  if (parts.normaliser !== null) values[parts.normaliser] = (weight * normaliser) / NORMALISER_SCALE
  const { baseline } = parts
  if (baseline !== null && exposure) {
    const share = (value: number) => weight * Math.min(limit, value / exposure.rows)
    values.set(exposure.events.map(share), baseline)
    values.set(exposure.exposure.map(share), baseline + BASELINE_PIECES)
  }
  return { values, clipped, own }
}
