/** A log-likelihood with its derivatives. */
export interface Sums {
  value: number
  gradient: number[]
  /** Its upper half while it is added up. */
  hessian: Float64Array[]
}

/** Adds weight * own own' to a block of the second derivatives. */
export function addOuter({ hessian }: Sums, own: Float64Array, from: number, to: number, weight: number) {
  for (let i = 0; i < own.length; i++) {
    const row = hessian[from + i]!
    const by = weight * own[i]!
    if (by === 0) continue
    for (let j = from === to ? i : 0; j < own.length; j++) row[to + j]! += by * own[j]!
  }
}
