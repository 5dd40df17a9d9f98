/** A log-likelihood with its derivatives. */
export interface Sums {
  value: number
  gradient: number[]
  hessian: number[][]
}

/** Adds weight * own own' to a block of the second derivatives. */
export function addOuter({ hessian }: Sums, own: Float64Array, from: number, to: number, weight: number) {
  for (let i = 0; i < own.length; i++) {
    const row = hessian[from + i]!
    const by = weight * own[i]!
    for (let j = 0; j < own.length; j++) row[to + j]! += by * own[j]!
  }
}
