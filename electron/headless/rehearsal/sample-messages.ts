import * as v from 'valibot'
import { errorCodes } from '#domain/errors.ts'
import { Name, Text } from '#domain/values.ts'

/** What a sample hospital's process is told first, and at its end. Between them the contract is spoken on the same channel. */
export const ToSample = v.variant('do', [
  v.strictObject({
    do: v.literal('open'),
    home: Text(4000),
    name: Name,
    passphrase: Text(100),
    listen: v.array(Text(300)),
    build: Text(200),
  }),
  /** From here on its numbers are false, or honest again. */
  v.strictObject({ do: v.literal('lie'), lying: v.boolean() }),
  v.strictObject({ do: v.literal('close') }),
])
export type ToSample = v.InferOutput<typeof ToSample>

/** What it says beside the contract. */
export const FromSample = v.variant('say', [
  v.strictObject({ say: v.literal('open') }),
  v.strictObject({ say: v.literal('failed'), code: v.picklist(errorCodes) }),
])
export type FromSample = v.InferOutput<typeof FromSample>
