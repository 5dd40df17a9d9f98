import * as v from 'valibot'
import { Count, Name, Text } from '#domain/values.ts'

const none = v.null()

/** A sample hospital of the rehearsal. 'away': its process was stopped, as when a hospital loses its power. */
export const SampleHospitalView = v.strictObject({
  name: Name,
  /** What is particular about its patients. */
  about: Text(200),
  state: v.picklist(['starting', 'here', 'away']),
  /** Whether it sends false numbers, by the wish of whoever rehearses. */
  lying: v.boolean(),
})
export type SampleHospitalView = v.InferOutput<typeof SampleHospitalView>

/** A rehearsal on this machine: the other hospitals, and the table that ours may import. */
export const RehearsalView = v.strictObject({
  hospitals: v.array(SampleHospitalView),
  table: v.strictObject({ name: Text(200), rows: Count(0, 1e6) }),
})
export type RehearsalView = v.InferOutput<typeof RehearsalView>

const one = v.strictObject({ name: Name })

/** The calls around "Explore with sample hospitals". All but the first two throw 'not-found' while there is no rehearsal. */
export const rehearsalCalls = {
  /** Null while there is none. */
  'rehearsal.get': { input: none, output: v.nullable(RehearsalView) },
  /**
   * Starts sample hospitals on this machine and opens one of them as ours. 'home-exists' where a real institution is,
   * 'not-available' where the app cannot start them.
   */
  'rehearsal.begin': { input: none, output: none },
  /** The sample table of ours, to import as any other file. */
  'rehearsal.table': { input: none, output: v.strictObject({ name: Text(200), csv: Text(1_000_000) }) },
  /** Kills a sample hospital's process. */
  'rehearsal.dropOut': { input: one, output: none },
  'rehearsal.comeBack': { input: one, output: none },
  /** Makes a sample hospital send false numbers from here on, or honest ones again. 'not-available' while it is not there. */
  'rehearsal.lie': { input: v.strictObject({ name: Name, lying: v.boolean() }), output: none },
  /** Stops every process of the rehearsal and removes its folder. */
  'rehearsal.end': { input: none, output: none },
} satisfies Record<string, { input: v.GenericSchema; output: v.GenericSchema }>
