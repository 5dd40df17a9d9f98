import { base64urlnopad } from '@scure/base'
import { hashBytes } from '#domain/canonical.ts'
import type { Document, Roster } from '#domain/documents.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import { openSum } from '../averaging/masks.ts'
import { attemptOf } from './record.ts'
import { contextOf, type Situation } from './situation.ts'
import { memberIds } from './static-inputs.ts'

export interface OpenedSum {
  readonly sum: Float64Array
  /** The exact integers, little-endian: what the certificate's hash is of. */
  readonly bytes: Uint8Array
  /** Sum of the roster's weights. */
  readonly weight: number
}

/** Adds up an attempt of which everything is revealed; null when a member's mask or contribution is not what it committed to. */
export async function openAttemptSum(
  s: Situation,
  roster: Document<Roster>,
  contributionOf: (hash: Hash) => Uint8Array | null,
): Promise<OpenedSum | null> {
  const { action, attempt } = roster.body
  if (action.do !== 'sum') return null
  const record = attemptOf(s.record, attempt)
  const contributions = new Map<InstitutionId, Uint8Array>()
  const seeds = new Map<InstitutionId, Uint8Array>()
  for (const id of memberIds(roster)) {
    const commitment = record.commitments.get(id)?.body
    const reveal = record.reveals.get(id)?.body
    const bytes = commitment && contributionOf(commitment.contribution)
    if (!reveal || bytes?.length !== action.length * 8) return null
    const seed = base64urlnopad.decode(reveal.mask)
    if (hashBytes(seed) !== commitment?.mask) return null
    contributions.set(id, bytes)
    seeds.set(id, seed)
  }
  const members = [...memberIds(roster)]
  const opened = await openSum({ ctx: contextOf(roster.body), members, contributions, seeds })
  return { ...opened, weight: action.members.reduce((sum, one) => sum + one.weight, 0) }
}
