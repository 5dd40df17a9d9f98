import type { Hash, InstitutionId } from './values.ts'

/** A sum that a commitment of ours was made for, by the ready documents of its members. */
export interface GuardedSum {
  readonly study: Hash
  readonly round: number
  readonly attempt: number
  readonly members: readonly { readonly id: InstitutionId; readonly ready: Hash }[]
  /** Our own input. */
  readonly inputs: readonly string[]
}
