import * as v from 'valibot'
import { Count, Name, Text } from './values.ts'

/** So many equal steps from low to high, and the rows in each; the last holds `high` itself. */
export const Histogram = v.strictObject({
  low: v.number(),
  high: v.number(),
  counts: v.pipe(v.array(Count(0, 1e9)), v.maxLength(64)),
})
export type Histogram = v.InferOutput<typeof Histogram>

/** Values of a column that a person should look at. */
export const Suspicion = v.strictObject({
  kind: v.picklist([
    ...(['spike', 'implausible', 'unreadable', 'one-value', 'all-missing', 'mostly-missing'] as const),
    ...(['limits', 'written', 'ambiguous', 'differing', 'spellings', 'letters'] as const),
  ]),
  /** The value of a spike; null otherwise. */
  value: v.nullable(v.number()),
  rows: Count(0, 1e9),
  detail: Text(300),
})
export type Suspicion = v.InferOutput<typeof Suspicion>

/** What one column holds, in counts. */
export const ColumnProfile = v.strictObject({
  name: Name,
  /** Of numbers and dates (days since 1970); null where there is none. */
  histogram: v.nullable(Histogram),
  deviation: v.nullable(v.number()),
  quartiles: v.nullable(v.tuple([v.number(), v.number(), v.number()])),
  suspicious: v.pipe(v.array(Suspicion), v.maxLength(20)),
})
export type ColumnProfile = v.InferOutput<typeof ColumnProfile>

/** All columns of a dataset version, computed once. For the steward's own screen: small groups are in it. */
export const Profile = v.pipe(v.array(ColumnProfile), v.maxLength(20_000))
export type Profile = v.InferOutput<typeof Profile>
