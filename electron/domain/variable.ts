import * as v from 'valibot'
import { Line, Real, Title } from './values.ts'

const Label = v.optional(Line(200), '')

/** A measured number. Values outside [low, high] are clipped or treated as missing, as declared. */
export const NumberVariable = v.strictObject({
  type: v.literal('number'),
  name: Title(),
  label: Label,
  unit: v.nullable(Line(40)),
  low: Real(-1e12, 1e12),
  high: Real(-1e12, 1e12),
  outside: v.optional(v.picklist(['clip', 'missing']), 'clip'),
  /** Makes the variable a curve in a linear model: a restricted cubic spline with these knots, ascending, in the variable's unit. */
  knots: v.exactOptional(v.pipe(v.array(Real(-1e12, 1e12)), v.minLength(3), v.maxLength(7))),
  missing: v.optional(v.picklist(['mean', 'mean-and-indicator', 'exclude']), 'mean-and-indicator'),
})

/** One of a closed list. The first category is the reference level; one feature for each of the others. */
export const CategoryVariable = v.strictObject({
  type: v.literal('category'),
  name: Title(),
  label: Label,
  categories: v.pipe(v.array(Title()), v.minLength(2), v.maxLength(200)),
  unlisted: v.optional(v.picklist(['other', 'reference', 'missing']), 'other'),
  missing: v.optional(v.picklist(['reference', 'indicator', 'exclude']), 'indicator'),
})

/** Yes or no. */
export const BooleanVariable = v.strictObject({
  type: v.literal('boolean'),
  name: Title(),
  label: Label,
  missing: v.optional(v.picklist(['no', 'indicator', 'exclude']), 'indicator'),
})

/** What a study measures of each patient, with its unit, range and the rule for missing values. */
export const Variable = v.variant('type', [NumberVariable, CategoryVariable, BooleanVariable])
export type Variable = v.InferOutput<typeof Variable>

const common = { name: Title(), label: Label }

/** What a study predicts. */
export const Outcome = v.variant('task', [
  v.strictObject({ task: v.literal('binary'), ...common, positive: Line(200) }),
  v.strictObject({
    task: v.literal('multiclass'),
    ...common,
    classes: v.pipe(v.array(Title()), v.minLength(3), v.maxLength(50)),
  }),
  v.strictObject({
    task: v.literal('regression'),
    ...common,
    unit: v.nullable(Line(40)),
    low: Real(-1e12, 1e12),
    high: Real(-1e12, 1e12),
  }),
  v.strictObject({
    task: v.literal('survival'),
    ...common,
    timeUnit: Line(40),
    horizon: Real(0, 1e9),
  }),
])
export type Outcome = v.InferOutput<typeof Outcome>

/** The figure by which a model is judged first: the area under the ROC curve, right classes, the mean miss, pairs in the right order. */
export const headlines = {
  binary: 'auc',
  multiclass: 'accuracy',
  regression: 'mae',
  survival: 'cIndex',
} as const satisfies Record<Outcome['task'], string>
