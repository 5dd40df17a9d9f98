import { base64urlnopad } from '@scure/base'
import type { Document, Roster } from '#domain/documents.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import { openSum } from '../averaging/masks.ts'
import { sha256 } from '../hash.ts'
import { attemptOf, type AttemptRecord } from './record.ts'
import { contextOf, type Situation } from './situation.ts'

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
  for (const { id } of action.members) {
    const part = partOf(record, id, contributionOf)
    if (part?.bytes.length !== action.length * 8) return null
    contributions.set(id, part.bytes)
    seeds.set(id, part.seed)
  }
  const members = action.members.map((one) => one.id)
  const opened = await openSum({ ctx: contextOf(roster.body), members, contributions, seeds })
  return { ...opened, weight: action.members.reduce((sum, one) => sum + one.weight, 0) }
}

/** A member's masked bytes and revealed seed, when both are what it committed to. */
function partOf(
  record: AttemptRecord,
  id: InstitutionId,
  contributionOf: (hash: Hash) => Uint8Array | null,
): { bytes: Uint8Array; seed: Uint8Array } | null {
  const commitment = record.commitments.get(id)?.body
  const reveal = record.reveals.get(id)?.body
  if (!commitment || !reveal) return null
  const bytes = contributionOf(commitment.contribution)
  const seed = base64urlnopad.decode(reveal.mask)
  return bytes && sha256(seed) === commitment.mask ? { bytes, seed } : null
}
