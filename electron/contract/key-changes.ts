import * as v from 'valibot'
import { InstitutionId, Text, Time } from '#domain/values.ts'

/** What a statement about a key says, beside what we know of that key. */
export const KeyChangeView = v.strictObject({
  kind: v.picklist(['rotation', 'revocation']),
  key: InstitutionId,
  /** The institution that we know by this key; null where we know none. */
  name: v.nullable(Text(120)),
  successor: v.nullable(InstitutionId),
  statedAt: Time,
})
export type KeyChangeView = v.InferOutput<typeof KeyChangeView>

const code = v.strictObject({ code: Text(8000) })

/** The calls about keys that were replaced or revoked. */
export const keyCalls = {
  /** What a code says; nothing is changed. 'document-refused' for one that the key did not sign. */
  'keys.read': { input: code, output: KeyChangeView },
  /**
   * Moves from a known institution's key to its successor, or forgets a revoked one: nothing that the old key signs is taken
   * any more. 'not-found' for a key that we do not know, 'key-retired' for one that was replaced or revoked before,
   * 'key-known' where the new key is that of another institution that we know.
   */
  'keys.apply': { input: code, output: KeyChangeView },
  /** Our own statements about our own keys, in order: an exported log goes with them. */
  'keys.own': { input: v.null(), output: v.array(Text(8000)) },
} as const
