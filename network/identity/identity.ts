import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify as verifySignature,
} from 'node:crypto'
import { base58 } from '@scure/base'
import type { InstitutionId } from '#domain/values.ts'
import type { Signer } from '../ports.ts'
import { inContext, type Purpose } from './purposes.ts'

/** DER of an Ed25519 private key (RFC 8410) up to its 32 bytes of seed. */
const PRIVATE_DER = Buffer.from('302e020100300506032b657004220420', 'hex')
/** DER of an Ed25519 public key (RFC 8410) up to its 32 bytes. */
const PUBLIC_DER = Buffer.from('302a300506032b6570032100', 'hex')
/** Identity multihash of a libp2p protobuf public key of type Ed25519, up to its 32 bytes. */
const PEER_ID = Buffer.from('002408011220', 'hex')

/** A signer that can also start a libp2p node: it gives out the seed. */
export interface Identity extends Signer {
  readonly seed: Uint8Array
}

/** The identity of a 32-byte Ed25519 seed. Its id is the libp2p PeerId of the public key. */
export function createIdentity(seed: Uint8Array): Identity {
  if (seed.length !== 32) throw new RangeError('An identity needs a seed of 32 bytes')
  const key = createPrivateKey({ key: Buffer.concat([PRIVATE_DER, seed]), format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
  const publicKey = spki.subarray(PUBLIC_DER.length)
  return {
    id: base58.encode(Buffer.concat([PEER_ID, publicKey])),
    seed: Uint8Array.from(seed),
    sign: (purpose, message) => Uint8Array.from(sign(null, inContext(purpose, message), key)),
  }
}

/** The 32 bytes of an institution's public key. Throws RangeError when the id is not that of an Ed25519 key. */
export function publicKeyOf(id: InstitutionId): Uint8Array {
  const bytes = base58.decode(id)
  const isPeerId = bytes.length === PEER_ID.length + 32 && PEER_ID.equals(bytes.subarray(0, PEER_ID.length))
  if (!isPeerId) throw new RangeError('This id is not the PeerId of an Ed25519 key')
  return bytes.subarray(PEER_ID.length)
}

/** More keys than the members of many studies have; beyond it they are made anew. */
const MAX_KEYS = 1000
const keys = new Map<InstitutionId, KeyObject>()

/** Made once for each institution: a round has hundreds of signatures of the same few. */
function verifyingKey(id: InstitutionId): KeyObject {
  const known = keys.get(id)
  if (known) return known
  const der = Buffer.concat([PUBLIC_DER, publicKeyOf(id)])
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
  if (keys.size >= MAX_KEYS) keys.clear()
  keys.set(id, key)
  return key
}

/** True when the institution signed exactly this message for exactly this purpose. False for anything else, never throws. */
export function verify(
  id: InstitutionId,
  purpose: Purpose,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (signature.length !== 64) return false
  try {
    return verifySignature(null, inContext(purpose, message), verifyingKey(id), signature)
  } catch {
    return false
  }
}
