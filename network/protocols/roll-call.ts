import * as v from 'valibot'
import { MAX_MEMBERS } from '#domain/study.ts'
import { Bytes32, InstitutionId, Line, Title } from '#domain/values.ts'

export const ROLL_CALL = '/murmuration/roll-call/1'

/** The list of all with their addresses is the longest message. */
export const MAX_CALL_BYTES = 256 * 1024

const CallName = Title(120)
const Addresses = v.pipe(v.array(Line(300)), v.maxLength(4))
const many = <S extends v.GenericSchema>(one: S) => v.pipe(v.array(one), v.maxLength(MAX_MEMBERS))

/** Who comes shows that it holds the code, and says who it is. */
export const Join = v.strictObject({
  say: v.literal('join'),
  proof: Bytes32,
  name: CallName,
  addresses: Addresses,
})
export type Join = v.InferOutput<typeof Join>

/** One line of the list: who, and the promise of its random number. */
export const Entry = v.strictObject({
  id: InstitutionId,
  name: CallName,
  addresses: Addresses,
  commit: Bytes32,
})
export type Entry = v.InferOutput<typeof Entry>

/** Asked for a promise, and asked to open it. */
export const Promised = v.strictObject({ say: v.literal('promise'), commit: Bytes32 })
export const Opened = v.strictObject({ say: v.literal('open'), random: Bytes32 })
/** A person sees other words than those that are read out. */
export const Differ = v.strictObject({ say: v.literal('differ') })

/** Who was left out, and why: it did not answer, or opened another number than it had promised. */
export const LeftOut = v.strictObject({ name: CallName, why: v.picklist(['silent', 'promise-broken']) })
export type LeftOut = v.InferOutput<typeof LeftOut>

export const Refused = v.strictObject({
  say: v.literal('refused'),
  why: v.picklist(['code-not-open', 'not-on-list', 'names-alike']),
})

/** What the one who calls the roll says to each of the others. */
export const CallerSays = v.variant('say', [
  Refused,
  v.strictObject({ say: v.literal('here'), names: many(CallName) }),
  v.strictObject({ say: v.literal('promise') }),
  v.strictObject({ say: v.literal('list'), list: many(Entry) }),
  v.strictObject({ say: v.literal('numbers'), numbers: many(Bytes32), without: many(LeftOut) }),
  v.strictObject({ say: v.literal('differ'), by: InstitutionId }),
])
export type CallerSays = v.InferOutput<typeof CallerSays>
