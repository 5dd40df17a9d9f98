import type { InferenceView } from '#contract/inference.ts'

/** Coefficients as an exact fit of this many variables gives them: made up, each with an interval of its standard error. */
export function inferenceOf(ratio: InferenceView['ratio']): InferenceView {
  const drawn: [string | null, number, number][] = [
    [null, -7.31, 0.94],
    ['age', 0.058, 0.012],
    ['sex = female', -0.94, 0.27],
    ['chest pain = typical', -1.21, 0.41],
    ['chest pain = without angina', -0.38, 0.36],
    ['resting blood pressure', 0.011, 0.0074],
    ['cholesterol missing', 1.9, 0.71],
    ['highest heart rate', -0.021, 0.006],
  ]
  const terms = drawn.map(([feature, coefficient, standardError]) => ({
    feature,
    outcome: null,
    absent: null,
    coefficient,
    standardError,
    z: coefficient / standardError,
    p: Math.exp(-0.72 * (coefficient / standardError) ** 2),
    low: coefficient - 1.96 * standardError,
    high: coefficient + 1.96 * standardError,
  }))
  const none = { coefficient: 0, standardError: 0, z: 0, p: 1, low: 0, high: 0 }
  return {
    status: 'converged',
    ratio,
    terms: [...terms, { feature: 'chest pain missing', outcome: null, absent: 'constant', ...none }],
    rows: 740,
    errors: 'model',
    needs: null,
    test: { statistic: 214.6, freedom: 7, errors: ratio === null ? 731 : null, p: 1e-20 },
  }
}
