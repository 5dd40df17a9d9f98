import * as v from 'valibot'
import { Count, Hash, Name, Real, Text, Time } from './values.ts'

export const ColumnType = v.picklist(['integer', 'real', 'category', 'boolean', 'date', 'text'])
export type ColumnType = v.InferOutput<typeof ColumnType>

/** A column of an imported table, with what the profile found. Counts and ranges only, never a row. */
export const Column = v.strictObject({
  name: Name,
  type: ColumnType,
  unit: v.nullable(Text(40)),
  missingCodes: v.pipe(v.array(Text(60)), v.maxLength(50)),
  missing: Count(0, 1e9),
  distinct: Count(0, 1e9),
  low: v.nullable(v.number()),
  high: v.nullable(v.number()),
  mean: v.nullable(v.number()),
  /** The values of a category column, most frequent first, with counts; empty for others. */
  categories: v.pipe(v.array(v.strictObject({ value: Text(200), count: Count(0, 1e9) })), v.maxLength(200)),
})
export type Column = v.InferOutput<typeof Column>

/** A row that was not taken, by its number in the file (1 = first line) and why. Never its content. */
export const RejectedRow = v.strictObject({ line: Count(1, 2e9), reason: Text(200) })
export type RejectedRow = v.InferOutput<typeof RejectedRow>

export const DatasetId = v.pipe(v.string(), v.regex(/^[a-z0-9]{8,40}$/))

/** A version of an imported local table. Immutable: a changed table is the next version. */
export const Dataset = v.strictObject({
  id: DatasetId,
  name: Name,
  version: Count(1, 100_000),
  source: Text(300),
  importedAt: Time,
  rows: Count(0, 1e9),
  columns: v.pipe(v.array(Column), v.minLength(1), v.maxLength(20_000)),
  rejected: v.pipe(v.array(RejectedRow), v.maxLength(1000)),
  rejectedCount: Count(0, 1e9),
  /** Keyed hash of all rows under a secret of this institution. */
  contentHash: Hash,
  schemaHash: Hash,
})
export type Dataset = v.InferOutput<typeof Dataset>

/** One value of a table: a number, a text, or null for missing. Dates are ISO text, booleans 0 and 1. */
export type Cell = number | string | null

/** A run of one column's cells, packed. Numbers have NaN for missing; texts have code 0 for missing and n for words[n-1]. */
export type ColumnValues =
  | { readonly kind: 'numbers'; readonly values: Float64Array }
  | { readonly kind: 'texts'; readonly words: readonly string[]; readonly codes: Uint32Array }

const Scale = v.strictObject({ factor: Real(-1e9, 1e9), offset: v.optional(Real(-1e12, 1e12), 0) })

/** Values of ours as the mapping names them. */
const Values = v.pipe(v.array(Text(200)), v.maxLength(200))

/** How one study variable is read from a column of ours. Case, blanks and Unicode form of a value never decide. */
export const Source = v.strictObject({
  column: Name,
  /** Further codes that mean missing in this column. */
  missingCodes: v.optional(Values, []),
  /** Unit conversion: value * factor + offset. */
  scale: v.optional(v.nullable(Scale), null),
  /** Our value to the study's category; for booleans to 'yes' and 'no'. The study's own names name themselves. */
  values: v.optional(v.nullable(v.record(Text(200), Text(200))), null),
  /** Values of ours that are in no category of the study: they count as the study declares for these. */
  unlisted: v.optional(Values),
})
export type Source = v.InferOutput<typeof Source>

const named = {
  /** Values that mean that the outcome is not known. */
  missingCodes: v.optional(Values),
}
const OneOrMore = v.pipe(Values, v.minLength(1))

/** How the outcome is read. A value that no list names, and no limit decides, stops the mapping. */
export const OutcomeSource = v.variant('rule', [
  v.strictObject({
    rule: v.literal('equals'),
    column: Name,
    positive: OneOrMore,
    /** Values that mean that it did not happen; without any, the plain opposites of the positive ones (1 and 0, yes and no). */
    negative: v.optional(Values),
    ...named,
  }),
  v.strictObject({
    rule: v.literal('above'),
    column: Name,
    threshold: v.number(),
    /** Values that are named before the limit decides. */
    positive: v.optional(Values),
    negative: v.optional(Values),
    ...named,
  }),
  v.strictObject({
    rule: v.literal('number'),
    column: Name,
    scale: v.optional(v.nullable(Scale), null),
    ...named,
  }),
  v.strictObject({
    rule: v.literal('class'),
    column: Name,
    values: v.record(Text(200), Text(200)),
    ...named,
  }),
  v.strictObject({
    rule: v.literal('survival'),
    time: Name,
    event: Name,
    happened: OneOrMore,
    /** Values of the event that mean that it did not happen; without any, the plain opposites of those that mean it did. */
    censored: v.optional(Values),
    ...named,
  }),
])
export type OutcomeSource = v.InferOutput<typeof OutcomeSource>

/** Which rows are kept out of training to judge the model on. */
export const Holdout = v.variant('kind', [
  v.strictObject({ kind: v.literal('share'), share: Real(0.05, 0.5) }),
  /** Row numbers of the dataset, first row 0. */
  v.strictObject({ kind: v.literal('rows'), rows: v.pipe(v.array(Count(0, 1e9)), v.maxLength(1_000_000)) }),
])
export type Holdout = v.InferOutput<typeof Holdout>

/** Dataset columns to study variables: declared data, checked before any round. */
export const Mapping = v.strictObject({
  variables: v.record(Name, Source),
  outcome: OutcomeSource,
  holdout: Holdout,
  /** Columns whose values name the subgroup a patient belongs to, for local reports. */
  subgroups: v.optional(v.pipe(v.array(Name), v.maxLength(10)), []),
  /** Only rows for which this formula over columns is true are used. Where a mapping names a column, it may also say "=formula". */
  filter: v.optional(v.nullable(Text(500))),
})
export type Mapping = v.InferOutput<typeof Mapping>
