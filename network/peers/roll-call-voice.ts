import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { base64urlnopad } from '@scure/base'
import { canonical } from '#domain/canonical.ts'
import { AppError } from '#domain/errors.ts'
import type { Invitation } from '#domain/invitation.ts'
import type { InstitutionId } from '#domain/values.ts'
import type { Entry, Join } from '../protocols/roll-call.ts'

/** An institution as it says of itself that it is. */
export type Self = Omit<Entry, 'commit'>

export interface VoicePorts {
  /** The code that this roll call is held with. */
  readonly invitation: Invitation
  readonly me: Self
  /** Cryptographically secure random bytes. */
  readonly random: (bytes: number) => Uint8Array
}

/** One institution's part in one attempt of a roll call. */
export interface Voice {
  /** The promise of our random number. */
  readonly commit: string
  /**
   * Opens our number for this list, once and for no other: only after everybody's promise is known, so nobody can choose a
   * number by it. Throws 'promise-broken' where the list does not say of us what we said, 'names-alike' where two could
   * be taken for each other.
   */
  readonly open: (list: readonly Entry[]) => string
  /** What the words are made of: the whole list and all numbers in its order. Throws 'promise-broken'. */
  readonly digest: (numbers: readonly string[]) => Uint8Array
}

/**
 * Promises first, numbers then, words last, for as many as there are (the many-party form of the commitment in RFC 6189,
 * section 4.4.1): where any two were given different lists, keys or numbers, their words differ but for one case in
 * 2^66, whatever those in between promise, open, leave out or compute.
 */
export function createVoice({ invitation, me, random }: VoicePorts): Voice {
  const mine = base64urlnopad.encode(random(32))
  const commit = promiseOf(invitation, me.id, mine)
  let agreed: readonly Entry[] | null = null
  return {
    commit,
    open(list) {
      if (agreed) throw new AppError('promise-broken', 'A second list was sent for one promise')
      checkList(list, { ...me, commit }, invitation.author)
      agreed = list
      return mine
    },
    digest(numbers) {
      const list = agreed ?? []
      const kept = (entry: Entry, i: number) =>
        promiseOf(invitation, entry.id, numbers[i] ?? '') === entry.commit
      if (list.length === 0 || numbers.length !== list.length || !list.every(kept))
        throw new AppError('promise-broken', 'A number is not the one that was promised')
      const call = invitation.body.nonce
      return hash({ for: 'murmuration/roll-call/1/words', caller: invitation.author, call, list, numbers })
    },
  }
}

/** Whether a number is the one that somebody promised. */
export function promiseOf({ author, body }: Invitation, id: InstitutionId, number: string): string {
  const text = { for: 'murmuration/roll-call/1/promise', caller: author, call: body.nonce, id, number }
  return base64urlnopad.encode(hash(text))
}

/** Shows that a guest holds the code, for this guest and what it says of itself alone. */
export function ticketOf({ author, body }: Invitation, { id, name, addresses }: Self): string {
  const text = canonical({ for: 'murmuration/roll-call/1/join', caller: author, id, name, addresses })
  return base64urlnopad.encode(createHmac('sha256', body.nonce).update(text).digest())
}

/** True when a guest said something that only a holder of this code can prove. */
export function hasTicket(invitation: Invitation, id: InstitutionId, said: Join): boolean {
  return timingSafeEqual(Buffer.from(ticketOf(invitation, { ...said, id })), Buffer.from(said.proof))
}

function checkList(list: readonly Entry[], own: Entry, caller: InstitutionId): void {
  const ours = list.find((one) => one.id === own.id)
  const isInOrder = list.every((one, i) => i === 0 || (list[i - 1]?.id ?? '') < one.id)
  const isWhole = isInOrder && list.length >= 2 && list.some((one) => one.id === caller)
  if (!isWhole || !ours || canonical(ours) !== canonical(own))
    throw new AppError('promise-broken', 'The list does not say of us what we said')
  if (alike(list.map((one) => one.name)))
    throw new AppError('names-alike', 'Two institutions of the list could be taken for each other')
}

/** Whether people could take two of these names for each other, or one is written in letters of two alphabets that look alike. */
export function alike(names: readonly string[]): boolean {
  const folded = names.map(fold)
  return new Set(folded).size < names.length || folded.includes('') || names.some(isMixed)
}

/** A name without case, accents, blanks and signs. */
export function fold(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
}

/** Latin, Greek and Cyrillic letters in one word. */
function isMixed(name: string): boolean {
  const alphabets = [/\p{Script=Latin}/u, /\p{Script=Greek}/u, /\p{Script=Cyrillic}/u]
  return name.split(/\s+/).some((word) => alphabets.filter((one) => one.test(word)).length > 1)
}

function hash(value: Parameters<typeof canonical>[0]): Uint8Array {
  return createHash('sha256').update(canonical(value)).digest()
}
