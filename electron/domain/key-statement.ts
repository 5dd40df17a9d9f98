import * as v from 'valibot'
import { InstitutionId, Signature, Time } from './values.ts'

/** A statement about an institution's own key: a new one follows it, or it is void. Signed by the key that it is about. */
export const KeyStatement = v.variant('kind', [
  v.strictObject({
    kind: v.literal('rotation'),
    key: InstitutionId,
    successor: InstitutionId,
    statedAt: Time,
  }),
  v.strictObject({ kind: v.literal('revocation'), key: InstitutionId, statedAt: Time }),
])
export type KeyStatement = v.InferOutput<typeof KeyStatement>

/** A statement with the signature of its key and, for a rotation, that of the successor: nobody takes over another's key. */
export const SignedKeyStatement = v.strictObject({
  statement: KeyStatement,
  signature: Signature,
  acceptance: v.nullable(Signature),
})
export type SignedKeyStatement = v.InferOutput<typeof SignedKeyStatement>
