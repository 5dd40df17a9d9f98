import * as v from 'valibot'
import { errorCodes } from '#domain/errors.ts'
import { InstitutionId, Text, Time } from '#domain/values.ts'

/** Two institutions getting to know each other, as one of them sees it. */
export const PairingView = v.strictObject({
  /** Whether we made the code or were given it. */
  role: v.picklist(['host', 'guest']),
  /** `comparing`: both people look at the words; `confirming`: ours said yes, theirs has not answered yet. */
  stage: v.picklist(['waiting', 'comparing', 'confirming', 'done', 'failed']),
  /** The one-time code that the other side needs; ours alone. */
  code: v.nullable(Text(4000)),
  /** Until when somebody may come with it. */
  expiresAt: v.nullable(Time),
  peer: v.nullable(
    v.strictObject({
      id: InstitutionId,
      name: Text(120),
      /** `by-another-key`: we know an institution of this name that has another key. */
      known: v.picklist(['no', 'yes', 'by-another-key']),
    }),
  ),
  /** Six words that are the same on both screens, unless somebody is in between. */
  words: v.pipe(v.array(Text(20)), v.maxLength(6)),
  trouble: v.nullable(v.picklist(errorCodes)),
})
export type PairingView = v.InferOutput<typeof PairingView>

/** Calls around pairing by a one-time code; 'pairing.changed' announces every step. */
export const pairingCalls = {
  'pairing.get': { input: v.null(), output: v.nullable(PairingView) },
  /** Makes a code and lets one unknown institution in with it. */
  'pairing.invite': { input: v.null(), output: PairingView },
  /** Goes to the institution that made this code. 'invitation-bad', 'invitation-expired', 'code-not-open' or 'peer-unreachable' else. */
  'pairing.join': { input: v.strictObject({ code: Text(4000) }), output: PairingView },
  /** Our person saw the same words: known on both sides once theirs did, too. */
  'pairing.confirm': { input: v.null(), output: PairingView },
  /** Our person saw other words: both sides are told, and nothing is kept on either. */
  'pairing.differ': { input: v.null(), output: PairingView },
  /** No more of it, or it is over: nothing is kept on either side that was not confirmed. */
  'pairing.refuse': { input: v.null(), output: v.null() },
} satisfies Record<string, { input: v.GenericSchema; output: v.GenericSchema }>
