import * as v from 'valibot'
import { Text } from '#domain/values.ts'

/** When this machine takes part in rounds. */
export const Schedule = v.strictObject({
  /** Only between 20:00 and 6:00 of this machine's own time. */
  nightsOnly: v.boolean(),
  pauseOnBattery: v.boolean(),
})
export type Schedule = v.InferOutput<typeof Schedule>

/** Settings of this institution. Locking is the gate's: `gate.lockAfter`. */
export const Settings = v.strictObject({
  /** BCP 47 tag of the pages' language. */
  language: v.optional(Text(20), 'en'),
  schedule: v.optional(Schedule, { nightsOnly: false, pauseOnBattery: false }),
})
export type Settings = v.InferOutput<typeof Settings>
