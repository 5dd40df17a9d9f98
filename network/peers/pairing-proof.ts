import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { base64urlnopad } from '@scure/base'
import { canonical } from '#domain/canonical.ts'
import type { Invitation } from '#domain/invitation.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import { inContext } from '../identity/purposes.ts'
import type { Commit } from '../protocols/pairing.ts'

type Said = Pick<Commit, 'commit' | 'name' | 'addresses'>

/** Shows that the guest holds the code, for this guest, this commitment and what it says of itself alone. */
export function proofOf(
  { author, body }: Invitation,
  guest: InstitutionId,
  { commit, name, addresses }: Said,
): string {
  const text = inContext('pairing', canonical({ host: author, guest, commit, name, addresses }))
  return base64urlnopad.encode(createHmac('sha256', body.nonce).update(text).digest())
}

/** True when the guest said something that only a holder of this code can prove. */
export function proves(invitation: Invitation, guest: InstitutionId, said: Commit): boolean {
  return timingSafeEqual(Buffer.from(proofOf(invitation, guest, said)), Buffer.from(said.proof))
}

/** A promise of a random number before it is opened. */
export function commitmentOf(random: Uint8Array, guest: InstitutionId, host: InstitutionId): string {
  const digest = createHash('sha256').update(random).update(`/${guest}/${host}`).digest()
  return base64urlnopad.encode(digest)
}

interface Numbers {
  readonly guest: InstitutionId
  readonly hostRandom: Uint8Array
  readonly guestRandom: Uint8Array
}

/** What the six words are made of: both numbers, both keys and the code. */
export function digestOf(
  { author, body }: Invitation,
  { guest, hostRandom, guestRandom }: Numbers,
): Uint8Array {
  const text = `/${author}/${guest}/${body.nonce}`
  return createHash('sha256').update(hostRandom).update(guestRandom).update(text).digest()
}

/** A code by its hash: what is written down of a used one. */
export function codeOf({ author, body }: Invitation): Hash {
  return createHash('sha256').update(`${author}/${body.nonce}`).digest('hex')
}
