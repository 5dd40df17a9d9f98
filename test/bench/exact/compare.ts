import type { Inference } from '#trainer/exact/inference.ts'
import type { Found, Pooled } from './reference.ts'

/** Relative to the coefficient, or to its standard error where that is larger. */
const LIMITS = { binary: 1e-6, multiclass: 1e-6, regression: 1e-6, survival: 1e-4 }

/** What one federation's fit took, and how far it is from others'. */
export interface Measured {
  readonly name: string
  readonly rounds: number
  readonly matrices: number
  readonly opened: number
  readonly separated: boolean
  /** Largest relative differences to the bench's own fit, and to statsmodels. */
  readonly own: Differences | null
  readonly peer: Differences | null
}

export interface Differences {
  readonly coefficient: number
  readonly error: number
}

/** The largest differences between our table and another fit of the same rows. */
export function differ(inference: Inference, pooled: Pooled, all: Found, hospitals = 1): Differences {
  const found = { ...all, errors: errorsBy(inference, pooled, all, hospitals) }
  const terms = inference.terms.filter(({ absent }) => absent === null)
  const ours =
    pooled.kind === 'survival' || terms[0]?.feature !== null
      ? terms
      : terms.filter((one) => one.feature !== null)
  const outputs = pooled.kind === 'multiclass' ? pooled.classes - 1 : 1
  let [coefficient, error] = [0, 0]
  for (let k = 0, i = 0; k < outputs; k++) {
    for (let j = 0; j < pooled.features; j++, i++) {
      const at = k * pooled.columns + j
      const own = ours[i]!
      const scale = Math.max(Math.abs(found.coefficients[at]!), found.errors[at]!)
      coefficient = Math.max(coefficient, Math.abs(own.coefficient - found.coefficients[at]!) / scale)
      error = Math.max(error, Math.abs(own.standardError / found.errors[at]! - 1))
    }
  }
  const shared = inference.terms.filter(({ feature }) => feature === null)
  shared.forEach((own, k) => {
    const at = k * pooled.columns + pooled.features
    coefficient = Math.max(coefficient, Math.abs(own.coefficient / found.coefficients[at]! - 1))
    error = Math.max(error, Math.abs(own.standardError / found.errors[at]! - 1))
  })
  return { coefficient, error }
}

/** The other fit's errors of the same kind, with the factors for small samples that stand in `trainer/exact/inference.ts`. */
function errorsBy({ errors, rows }: Inference, pooled: Pooled, found: Found, hospitals: number) {
  if (errors === 'model') return found.errors
  const left = pooled.kind === 'regression' ? rows - pooled.columns : null
  const few = hospitals / (hospitals - 1)
  if (errors === 'robust') return found.robust.map((one) => one * Math.sqrt(left === null ? 1 : rows / left))
  return found.clustered.map((one) => one * Math.sqrt(few * (left === null ? 1 : (rows - 1) / left)))
}

/** One line of figures. Throws where any lies beyond the limits. */
export function tell({ kind }: { kind: keyof typeof LIMITS }, all: readonly Measured[]): string {
  const fitted = all.filter(({ separated }) => !separated)
  const worst = (of: (one: Measured) => number | undefined) =>
    Math.max(...fitted.map((one) => of(one) ?? 0)).toExponential(1)
  const range = (of: (one: Measured) => number) => {
    const values = all.map(of)
    return `${Math.min(...values)} to ${Math.max(...values)}`
  }
  for (const one of fitted) {
    for (const found of [one.own, one.peer]) {
      if (found && !(found.coefficient <= LIMITS[kind] && found.error <= LIMITS[kind]))
        throw new Error(
          `${one.name}: ${found.coefficient} off in a coefficient, ${found.error} in a standard error`,
        )
    }
  }
  return [
    `rounds ${range((one) => one.rounds)}`,
    `with the information in ${range((one) => one.matrices)} of them`,
    `numbers opened ${range((one) => one.opened)}`,
    `coefficients within ${worst((one) => one.own?.coefficient)}`,
    `standard errors within ${worst((one) => one.own?.error)}`,
    ...(fitted.some(({ peer }) => peer)
      ? [
          `statsmodels: ${worst((one) => one.peer?.coefficient)} and ${worst((one) => one.peer?.error)} in ${fitted.filter(({ peer }) => peer).length} of them`,
        ]
      : []),
    `separated, named and left out: ${all.length - fitted.length}`,
  ].join(', ')
}
