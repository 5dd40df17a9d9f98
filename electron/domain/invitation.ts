import * as v from 'valibot'
import { Bytes32, InstitutionId, Line, Signature, Time, Title } from './values.ts'

/** What an institution says of itself to another: its name and where it listens. Signed by its key. */
export const InvitationBody = v.strictObject({
  kind: v.literal('invitation'),
  /** Made for a roll call of many; without it, for a meeting of two. */
  for: v.optional(v.literal('roll-call')),
  name: Title(120),
  addresses: v.pipe(v.array(Line(300)), v.maxLength(16)),
  nonce: Bytes32,
  issuedAt: Time,
  expiresAt: Time,
})

export const Invitation = v.strictObject({
  author: InstitutionId,
  body: InvitationBody,
  signature: Signature,
})
export type Invitation = v.InferOutput<typeof Invitation>

/** Another institution that ours has confirmed. */
export const Peer = v.strictObject({
  id: InstitutionId,
  name: Title(120),
  addresses: v.pipe(v.array(Line(300)), v.maxLength(16)),
  confirmedAt: Time,
})
export type Peer = v.InferOutput<typeof Peer>
