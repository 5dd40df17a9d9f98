import * as v from 'valibot'
import { Count, Text } from '#domain/values.ts'

/** When this machine takes part in rounds. */
export const Schedule = v.strictObject({
  /** Only between 20:00 and 6:00 of this machine's own time. */
  nightsOnly: v.boolean(),
  pauseOnBattery: v.boolean(),
})
export type Schedule = v.InferOutput<typeof Schedule>

/** The engines of the trainer that a person may force. */
export const computeEngines = ['simd', 'fused', 'tensorflow', 'webgpu', 'wasm', 'cpu'] as const

/** What a person fixes about computing; null where the trainer measures and decides. */
export const ComputeWish = v.strictObject({
  engine: v.nullable(v.picklist(computeEngines)),
  threads: v.nullable(Count(1, 1024)),
})
export type ComputeWish = v.InferOutput<typeof ComputeWish>

/** The engine that computes, why, and what else was found on this machine. */
export const ComputeView = v.strictObject({
  backend: Text(40),
  reason: Text(600),
  available: v.array(Text(40)),
  /** Why the others are not here, a sentence for each. */
  missing: v.array(Text(400)),
  /** The graphics card, where there is one; its memory and the largest piece of it in bytes, null where its driver does not tell. */
  card: v.nullable(
    v.strictObject({
      name: Text(200),
      memory: v.nullable(Count(0, 1e15)),
      piece: v.nullable(Count(0, 1e15)),
      software: v.boolean(),
    }),
  ),
  /** Milliseconds of a training step of the study's own shape, where engines were measured. */
  measured: v.array(v.strictObject({ engine: Text(40), ms: v.number() })),
  /** What happened since, a sentence for each: a card that was lost or full. */
  notices: v.array(Text(400)),
  /** How many threads this machine runs at once. */
  threads: Count(1, 1024),
})
export type ComputeView = v.InferOutput<typeof ComputeView>

/** Settings of this institution. Locking is the gate's: `gate.lockAfter`. */
export const Settings = v.strictObject({
  /** BCP 47 tag of the pages' language. */
  language: v.optional(Text(20), 'en'),
  schedule: v.optional(Schedule, { nightsOnly: false, pauseOnBattery: false }),
  compute: v.optional(ComputeWish, { engine: null, threads: null }),
})
export type Settings = v.InferOutput<typeof Settings>

/** What a person changes of the settings, and nothing else: two changes at once never undo each other. */
export const SettingsChange = v.strictObject({
  language: v.exactOptional(Text(20)),
  schedule: v.exactOptional(
    v.strictObject({
      nightsOnly: v.exactOptional(Schedule.entries.nightsOnly),
      pauseOnBattery: v.exactOptional(Schedule.entries.pauseOnBattery),
    }),
  ),
  compute: v.exactOptional(
    v.strictObject({
      engine: v.exactOptional(ComputeWish.entries.engine),
      threads: v.exactOptional(ComputeWish.entries.threads),
    }),
  ),
})
export type SettingsChange = v.InferOutput<typeof SettingsChange>

/** Settings after a change: what it does not name stays as it is. */
export function changedBy(settings: Settings, { language, schedule, compute }: SettingsChange): Settings {
  return {
    language: language ?? settings.language,
    schedule: { ...settings.schedule, ...schedule },
    compute: { ...settings.compute, ...compute },
  }
}
