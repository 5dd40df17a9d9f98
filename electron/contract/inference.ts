import * as v from 'valibot'
import { Count, Text } from '#domain/values.ts'

const Real = v.pipe(v.number(), v.finite())

/** One coefficient of an exact fit, in its variable's own unit. */
const Term = v.strictObject({
  /** The variable, or a level of it; null for the intercept. */
  feature: v.nullable(Text(400)),
  /** The class that it is about, against the first one; null where there are no more than two. */
  outcome: v.nullable(Text(400)),
  /** Why there is no figure: the same value everywhere (or too few patients with it), or said by the variables before it. */
  absent: v.nullable(v.picklist(['constant', 'aliased'])),
  coefficient: Real,
  standardError: Real,
  z: Real,
  p: Real,
  low: Real,
  high: Real,
})
export type TermView = v.InferOutput<typeof Term>

/** What an exact fit says of its variables, from the opened sums alone: the same at every member. */
export const InferenceView = v.strictObject({
  /** How the fit ended: at its optimum, where there is none, not yet, or before a sum that would open too much about so few rows. */
  status: v.picklist(['running', 'converged', 'separated', 'too-few']),
  /** What the exponential of a coefficient is; null for numbers. */
  ratio: v.nullable(v.picklist(['odds', 'hazard'])),
  /** Empty until the fit is at its optimum. */
  terms: v.pipe(v.array(Term), v.maxLength(100_000)),
  rows: Count(0, 1e9),
  /** What the standard errors go by: the model, each row's misses, or each hospital's. */
  errors: v.picklist(['model', 'robust', 'clustered']),
  /** How many rows of all hospitals the next sum asks for, where they are too few; else null. */
  needs: v.nullable(Count(0, 1e9)),
  /** Against the model without variables: a chi-square, or F where `errors` are its second degrees of freedom. Null with robust errors. */
  test: v.nullable(
    v.strictObject({
      statistic: Real,
      freedom: Count(0, 1e6),
      errors: v.nullable(Real),
      p: Real,
    }),
  ),
})
export type InferenceView = v.InferOutput<typeof InferenceView>
