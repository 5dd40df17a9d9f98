import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto'
import { AppError } from '#domain/errors.ts'

/** DER of X25519 keys (RFC 8410) up to their 32 bytes. */
const PRIVATE_DER = Buffer.from('302e020100300506032b656e04220420', 'hex')
const PUBLIC_DER = Buffer.from('302a300506032b656e032100', 'hex')

/** Our side of key agreements in one attempt: X25519 (RFC 7748). */
export interface Agreement {
  /** 32 bytes for the others. */
  readonly publicKey: Uint8Array
  /**
   * What two members alone know, 32 bytes. Throws 'document-refused' for keys of small order, whose secret
   * would be all zeros and known to everybody.
   */
  readonly secretWith: (publicKey: Uint8Array) => Uint8Array
}

/** A fresh key pair for one attempt. `random` gives cryptographically secure bytes. */
export function createKeyPair(random: (bytes: number) => Uint8Array) {
  const secretKey = Uint8Array.from(random(32))
  return { secretKey, publicKey: createAgreement(secretKey).publicKey }
}

/** Key agreements under a secret key of 32 bytes. */
export function createAgreement(secretKey: Uint8Array): Agreement {
  const ours = privateKeyOf(secretKey)
  const spki = createPublicKey(ours).export({ format: 'der', type: 'spki' })
  return {
    publicKey: Uint8Array.from(spki.subarray(PUBLIC_DER.length)),
    secretWith(publicKey) {
      const der = Buffer.concat([PUBLIC_DER, publicKey])
      const secret = derive(ours, createPublicKey({ key: der, format: 'der', type: 'spki' }))
      if (secret.every((byte) => byte === 0)) throw smallOrder()
      return secret
    },
  }
}

function derive(privateKey: KeyObject, publicKey: KeyObject): Uint8Array {
  try {
    return diffieHellman({ privateKey, publicKey })
  } catch (cause) {
    throw smallOrder(cause)
  }
}

function smallOrder(cause?: unknown) {
  return new AppError('document-refused', 'A member gave a mask key without a secret', { cause })
}

function privateKeyOf(secretKey: Uint8Array): KeyObject {
  if (secretKey.length !== 32) throw new RangeError('An X25519 key has 32 bytes')
  const der = Buffer.concat([PRIVATE_DER, secretKey])
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  der.fill(0)
  return key
}
