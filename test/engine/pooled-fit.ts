import type { Jobs } from '#trainer/jobs.ts'
import { eliminate } from '../bench/exact/eliminate.ts'

/**
 * Logistic regression on the joined training rows of hospitals with the variables of the sample study, in their own units and
 * by Newton's method alone, with standard errors: what statsmodels comes to. Names as in the model file, intercepts last: one, or one for
 * each hospital. `curve` adds columns made of the age.
 */
export function fitPooled(
  loads: readonly Jobs['load']['input'][],
  intercept: 'shared' | 'private' = 'shared',
  curve: Readonly<Record<string, (age: number) => number>> = {},
) {
  const levels = intercept === 'shared' ? ['intercept'] : loads.map((_, i) => `intercept ${i}`)
  const names = ['age', ...Object.keys(curve), 'pain = typical', 'pain = other', 'male', ...levels]
  const rows = loads.flatMap(({ table }, hospital) =>
    [...table.outcome.keys()]
      .filter((row) => !table.heldOut[row] && Number.isFinite(table.outcome[row]))
      .map((row) => {
        const [age, pain, male] = table.columns.map((column) => column[row]!)
        const own = levels.map((_, i) => Number(intercept === 'shared' || i === hospital))
        const bends = Object.values(curve).map((of) => of(age!))
        const x = [age!, ...bends, Number(pain === 1), Number(pain === 2), male!, ...own]
        return { x, y: table.outcome[row]! }
      }),
  )
  let beta = names.map(() => 0)
  let information: number[][] = []
  for (let step = 0; step < 30; step++) {
    const gradient = names.map(() => 0)
    const matrix = names.map(() => names.map(() => 0))
    for (const { x, y } of rows) {
      const p = 1 / (1 + Math.exp(-x.reduce((sum, one, i) => sum + one * beta[i]!, 0)))
      x.forEach((one, i) => {
        gradient[i]! += one * (y - p)
        x.forEach((other, j) => (matrix[i]![j]! += p * (1 - p) * one * other))
      })
    }
    information = matrix
    const change = eliminate(matrix, gradient)
    beta = beta.map((one, i) => one + change[i]!)
  }
  const errors = names.map((name, i): [string, number] => {
    const unit = names.map((_, j) => Number(j === i))
    return [name, Math.sqrt(eliminate(information, unit)[i]!)]
  })
  return {
    rows: rows.length,
    coefficients: new Map(names.map((name, i) => [name, beta[i]!])),
    errors: new Map(errors),
  }
}
