import * as v from 'valibot'
import { RoundKind } from '#domain/round.ts'
import { Count, Hash, InstitutionId, Name, Signature, Text, Time } from '#domain/values.ts'

/** A file that the engine made, for the person to save. */
export const FileView = v.strictObject({ name: Text(200), mime: Text(100), bytes: v.instance(Uint8Array) })
export type FileView = v.InferOutput<typeof FileView>

/** A decision of ours as it was signed, with the text that was shown: `textHash` is of `text`, `signature` over `document`. */
export const ReceiptView = v.strictObject({
  id: Hash,
  text: Text(8_000_000),
  textHash: Hash,
  language: Text(20),
  /** Canonical JSON (RFC 8785) of {author, body}: the signature is over it, behind `murmuration/1/document` and a zero byte. */
  document: Text(4_194_304),
  signature: Signature,
})
export type ReceiptView = v.InferOutput<typeof ReceiptView>

/** A question about a study, or an answer to one. */
export const NoteView = v.strictObject({
  id: Hash,
  author: InstitutionId,
  answers: v.nullable(Hash),
  text: Text(4000),
  writtenAt: Time,
})
export type NoteView = v.InferOutput<typeof NoteView>

/** A model that a training round of a study made. */
export const ModelView = v.strictObject({
  hash: Hash,
  round: Count(1, 20_000),
  roundKind: RoundKind,
  /** How many training sums led to it. */
  trained: Count(0, 20_000),
  decidedAt: v.nullable(Time),
  certifiedBy: v.pipe(v.array(InstitutionId), v.maxLength(50)),
  better: Count(0, 50),
  same: Count(0, 50),
  worse: Count(0, 50),
  released: v.boolean(),
  /** Nothing goes on from it: most members found it worse. */
  rolledBack: v.optional(v.boolean()),
  /** Nothing goes on from it: training went back to the best model, and this one came after. It was not voted down. */
  setAside: v.optional(v.boolean()),
})
export type ModelView = v.InferOutput<typeof ModelView>

/** One patient in the study's own variables: a number in its unit, a category by its name, a boolean as 0 or 1, null for missing. */
export const PatientInput = v.strictObject({
  study: Hash,
  hash: Hash,
  values: v.record(Name, v.nullable(v.union([v.pipe(v.number(), v.finite()), Text(200)]))),
})
export type PatientInput = v.InferOutput<typeof PatientInput>

/**
 * What a model says of a patient: a risk from 0 to 1 (of the outcome, or of the event up to the horizon), the share of each
 * class, or a number in the outcome's unit. `clipped` names variables that lay outside the study's range and were moved to
 * its end.
 */
export const PredictionView = v.strictObject({
  risk: v.nullable(v.number()),
  classes: v.exactOptional(
    v.pipe(v.array(v.strictObject({ name: Name, share: v.number() })), v.maxLength(50)),
  ),
  value: v.exactOptional(v.number()),
  low: v.nullable(v.number()),
  high: v.nullable(v.number()),
  clipped: v.array(Name),
})
export type PredictionView = v.InferOutput<typeof PredictionView>
