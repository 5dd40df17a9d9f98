import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto'
import { AppError } from '#domain/errors.ts'

/** DER of X25519 keys (RFC 8410) up to their 32 bytes. */
const PRIVATE_DER = Buffer.from('302e020100300506032b656e04220420', 'hex')
const PUBLIC_DER = Buffer.from('302a300506032b656e032100', 'hex')

/** A fresh X25519 key pair (RFC 7748) for one attempt. `random` gives cryptographically secure bytes. */
export function createKeyPair(random: (bytes: number) => Uint8Array) {
  const secretKey = Uint8Array.from(random(32))
  return { secretKey, publicKey: publicKeyFrom(secretKey) }
}

/** The public key (32 bytes) of a secret one. */
export function publicKeyFrom(secretKey: Uint8Array): Uint8Array {
  const der = createPublicKey(privateKey(secretKey)).export({ format: 'der', type: 'spki' })
  return Uint8Array.from(der.subarray(PUBLIC_DER.length))
}

/**
 * What two members alone know: X25519 of our secret and the other's public key, 32 bytes.
 * Throws 'document-refused' for keys of small order, whose secret would be all zeros and known to everybody.
 */
export function sharedSecret(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const der = Buffer.concat([PUBLIC_DER, publicKey])
  const theirs = createPublicKey({ key: der, format: 'der', type: 'spki' })
  const secret = derive(privateKey(secretKey), theirs)
  if (secret.every((byte) => byte === 0)) throw smallOrder()
  return secret
}

function derive(ours: KeyObject, theirs: KeyObject): Uint8Array {
  try {
    return diffieHellman({ privateKey: ours, publicKey: theirs })
  } catch (cause) {
    throw smallOrder(cause)
  }
}

function smallOrder(cause?: unknown) {
  return new AppError('document-refused', 'A member gave a mask key without a secret', { cause })
}

function privateKey(secretKey: Uint8Array): KeyObject {
  if (secretKey.length !== 32) throw new RangeError('An X25519 key has 32 bytes')
  const der = Buffer.concat([PRIVATE_DER, secretKey])
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  der.fill(0)
  return key
}
