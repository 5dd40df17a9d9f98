import * as v from 'valibot'
import { Decider } from '#domain/consent.ts'
import { MAX_MEMBERS } from '#domain/study.ts'
import { Count, Hash, Text } from '#domain/values.ts'

const MAX_STUDIES = 10_000
const MAX_ROWS = 1e12

/** Why a home that was restored, copied or rolled back adds to no sum, and what the way out would cost. */
export const RestoredView = v.strictObject({
  /** Studies whose members have not said yet what they hold of ours: so many have, and so many must. */
  silent: v.pipe(
    v.array(
      v.strictObject({
        study: Hash,
        name: Text(200),
        heard: Count(0, MAX_MEMBERS),
        needed: Count(0, MAX_MEMBERS),
      }),
    ),
    v.maxLength(MAX_STUDIES),
  ),
  /** Studies with sums of ours whose data are not here as they were. */
  lost: v.pipe(v.array(v.strictObject({ study: Hash, name: Text(200) })), v.maxLength(MAX_STUDIES)),
  /** What would be set apart: tables that are here, and their rows. */
  tables: Count(0, MAX_STUDIES),
  rows: Count(0, MAX_ROWS),
})
export type RestoredView = v.InferOutput<typeof RestoredView>

/** The calls about a home whose ledger of sums has gaps. */
export const restoredCalls = {
  /** Null where this home adds to sums as usual. */
  'restored.get': { input: v.null(), output: v.nullable(RestoredView) },
  /**
   * A person decides that whatever is missing never comes: every row that is here is in no sum any more, for good. 'not-available'
   * where nothing is missing, 'text-changed' where other rows are here than were shown.
   */
  'restored.setApart': {
    input: v.strictObject({
      tables: Count(0, MAX_STUDIES),
      rows: Count(0, MAX_ROWS),
      decidedBy: Decider,
    }),
    output: v.null(),
  },
} as const
