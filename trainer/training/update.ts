/** A contribution to a training sum and what had to be clipped for it. */
export interface Update {
  readonly values: Float64Array
  readonly clipped: number
}

/** weight * (after - before) for each of `shared` parameters, each difference clipped to the bound, then weight * loss. */
export function makeUpdate(
  before: Float32Array,
  after: Float64Array,
  loss: number,
  { weight, bound }: { weight: number; bound: number },
): Update {
  const values = new Float64Array(before.length + 1)
  let clipped = 0
  for (let i = 0; i < before.length; i++) {
    const difference = (after[i] ?? 0) - (before[i] ?? 0)
    const kept = Math.min(bound, Math.max(-bound, difference))
    if (kept !== difference) clipped += 1
    values[i] = weight * kept
  }
  values[before.length] = weight * Math.min(loss, Math.max(1, bound))
  return { values, clipped }
}
