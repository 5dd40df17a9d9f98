import * as v from 'valibot'
import { Dataset, DatasetId } from '#domain/dataset.ts'
import { Count, Name } from '#domain/values.ts'

/** Two datasets that are joined, each by one of its columns: a keyed number of a patient or an examination. */
const sides = {
  /** The dataset whose rows stay, such as one of images. */
  id: DatasetId,
  /** Its column; without it, the patient's number where one is known. */
  key: v.optional(Name),
  /** The dataset whose columns are added, such as a clinical one. */
  other: DatasetId,
  by: v.optional(Name),
}

/** What meets, in counts. `rows` and `matched` are of the first dataset, `others..` of the one whose columns are added. */
export const JoinCounts = v.strictObject({
  key: Name,
  by: Name,
  rows: Count(0, 1e9),
  matched: Count(0, 1e9),
  /** Rows that name no patient. */
  withoutKey: Count(0, 1e9),
  others: Count(0, 1e9),
  othersMatched: Count(0, 1e9),
  othersWithoutKey: Count(0, 1e9),
  /** Patients or examinations that stand on both sides. */
  keys: Count(0, 1e9),
  /** Of these, those with several rows in the other dataset. */
  several: Count(0, 1e9),
  /** Cells in which such rows differ; they are missing. */
  differing: Count(0, 1e9),
  /** Columns that are added. */
  columns: Count(0, 20_000),
})
export type JoinCounts = v.InferOutput<typeof JoinCounts>

/** Calls around joining two of our datasets. */
export const joinCalls = {
  'joins.look': { input: v.strictObject(sides), output: JoinCounts },
  /** Makes a dataset of its own, or the next version of an earlier join; removing it undoes it. */
  'joins.make': {
    input: v.strictObject({
      ...sides,
      name: v.optional(Name),
      replaces: v.optional(v.nullable(DatasetId), null),
    }),
    output: v.strictObject({ dataset: Dataset, counts: JoinCounts }),
  },
} satisfies Record<string, { input: v.GenericSchema; output: v.GenericSchema }>
