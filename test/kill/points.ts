import * as v from 'valibot'
import { InstitutionId } from '#domain/values.ts'

/** What a member writes in a round: documents that it signs, and the entries of the rounds' journal (electron/store/journal.ts). */
export const Entry = v.picklist([
  'proposal',
  'ready',
  'roster',
  'accepted',
  'committed',
  'revealed',
  'certified',
  'decided',
  'abandoned',
])
export type Entry = v.InferOutput<typeof Entry>

/** Where a member is to stand still: inside the transaction that writes an entry, or after its commit and before anybody hears of it. */
export const Point = v.strictObject({
  entry: Entry,
  side: v.picklist(['before', 'after']),
  /** Who this member is: only what it writes itself counts. */
  me: InstitutionId,
  /** Only in a round that this one proposed; or, where it is not so, in one that another did. */
  proposer: v.strictObject({ id: InstitutionId, isSo: v.boolean() }),
})
export type Point = v.InferOutput<typeof Point>

/** What the parent says to a member's process, beside the messages of the contract. */
export const ToMember = v.variant('do', [
  v.strictObject({ do: v.literal('carry'), message: v.unknown() }),
  v.strictObject({ do: v.literal('arm'), point: v.nullable(Point) }),
  /** Where there are no network namespaces: closes every connection, and every new one, until told otherwise. */
  v.strictObject({ do: v.literal('cut'), on: v.boolean() }),
])
export type ToMember = v.InferOutput<typeof ToMember>

/** What a member's process says: that it runs, a message of the contract, or why it could not start. */
export const FromMember = v.variant('say', [
  v.strictObject({ say: v.literal('running') }),
  v.strictObject({ say: v.literal('carry'), message: v.unknown() }),
])
export type FromMember = v.InferOutput<typeof FromMember>

/** What a process is started with. */
export const Start = v.strictObject({
  home: v.string(),
  passphrase: v.string(),
  listen: v.array(v.string()),
  /** How long this hospital takes to compute, beyond what its trainer needs. */
  computeMs: v.number(),
})
export type Start = v.InferOutput<typeof Start>

/** The file number over which a process that stands still says where, and is let go on. */
export const STANDING_FD = 4

/** The round in which a process stands still. */
export const Standing = v.strictObject({ study: v.string(), round: v.number() })
export type Standing = v.InferOutput<typeof Standing>
