import { base64urlnopad } from '@scure/base'
import * as v from 'valibot'
import { canonical } from '#domain/canonical.ts'
import { AppError } from '#domain/errors.ts'
import { Invitation } from '#domain/invitation.ts'
import type { Signer } from '../ports.ts'
import { verify } from './identity.ts'

const PREFIX = 'murmuration1:'
const DAY_MS = 24 * 3600 * 1000
/** An invitation is good for a week, and no longer than a month whatever it says. */
const LIFETIME_MS = 7 * DAY_MS
const LONGEST_MS = 31 * DAY_MS
/** The longest code that people are asked to paste. */
const MAX_CODE = 4000

export interface InvitationParts {
  readonly name: string
  /** Multiaddrs where we listen, the best first: the last ones are left out when the code would be too long. */
  readonly addresses: readonly string[]
  /** Wall time in milliseconds. */
  readonly now: number
  /** Cryptographically secure random bytes. */
  readonly random: (bytes: number) => Uint8Array
  /** A code for a roll call; without it, for a meeting of two. */
  readonly for?: 'roll-call'
}

/** A signed text by which another institution gets to know ours: name, addresses and key, good for a week. */
export function makeInvitation(signer: Signer, parts: InvitationParts): string {
  const { name, addresses, now, random } = parts
  const nonce = base64urlnopad.encode(random(32))
  for (let count = Math.min(16, addresses.length); ; count--) {
    const code = sealInvitation(signer, {
      kind: 'invitation' as const,
      ...(parts.for ? { for: parts.for } : {}),
      name,
      addresses: addresses.slice(0, count),
      nonce,
      issuedAt: now,
      expiresAt: now + LIFETIME_MS,
    })
    if (code.length <= MAX_CODE || count === 0) return code
  }
}

function sealInvitation(signer: Signer, body: Invitation['body']): string {
  const message = new TextEncoder().encode(canonical({ author: signer.id, body }))
  const signature = base64urlnopad.encode(signer.sign('invitation', message))
  const text = canonical({ author: signer.id, body, signature } satisfies Invitation)
  return PREFIX + base64urlnopad.encode(new TextEncoder().encode(text))
}

/** Reads a pasted code; line breaks and spaces from mail programs do no harm. Throws 'invitation-bad' or 'invitation-expired'. */
export function readInvitation(code: string, now: number): Invitation {
  const invitation = parseCode(code)
  const { author, body, signature } = invitation
  const message = new TextEncoder().encode(canonical({ author, body }))
  if (!verify(author, 'invitation', message, base64urlnopad.decode(signature))) {
    throw new AppError('invitation-bad', 'The signature of this invitation is wrong')
  }
  if (body.expiresAt - body.issuedAt > LONGEST_MS) {
    throw new AppError('invitation-bad', 'This invitation claims to be good for more than a month')
  }
  if (now >= body.expiresAt) throw new AppError('invitation-expired', 'This invitation is no longer good')
  return invitation
}

function parseCode(code: string): Invitation {
  try {
    if (code.length > 2 * MAX_CODE) throw new RangeError('The code is too long')
    const tight = code.replaceAll(/\s+/g, '')
    if (!tight.startsWith(PREFIX)) throw new RangeError('The code has another beginning')
    const bytes = base64urlnopad.decode(tight.slice(PREFIX.length))
    const invitation = v.parse(Invitation, JSON.parse(new TextDecoder().decode(bytes)))
    base64urlnopad.decode(invitation.signature)
    return invitation
  } catch (cause) {
    throw new AppError('invitation-bad', 'This is not a complete invitation', { cause })
  }
}
