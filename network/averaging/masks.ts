import { AppError } from '#domain/errors.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import { type Agreement, createAgreement } from './agreement.ts'
import { erase } from './erase.ts'
import { add, checkBound, decode, encode, fromBytes, toBytes, type Words } from './fixed-point.ts'
import { applyMask, createTurns, maskKey } from './streams.ts'

export { createKeyPair } from './agreement.ts'

/** One member's side of an attempt at a sum. */
export interface MaskInput {
  /** The attempt's context: every mask is derived under it. */
  readonly ctx: Hash
  readonly me: InstitutionId
  readonly members: readonly InstitutionId[]
  /** Our X25519 secret of this attempt alone. */
  readonly secretKey: Uint8Array
  /** The members' X25519 public keys of this attempt, ours included. */
  readonly publicKeys: ReadonlyMap<InstitutionId, Uint8Array>
  /** 32 random bytes: the seed of our own mask. */
  readonly seed: Uint8Array
  readonly values: Float64Array
  /** Bound on the magnitude of every value. */
  readonly bound: number
}

/**
 * Our contribution as others may see it: fixed point plus our own mask plus a mask with each other member
 * (after Bonawitz et al. 2017, without secret sharing). 8 bytes for each value, little-endian.
 * Throws RangeError for values outside the bound, 'document-refused' for members' keys that are missing, equal or without a secret.
 */
export async function maskContribution(input: MaskInput): Promise<Uint8Array> {
  const { ctx, me, members, secretKey, publicKeys, seed, values, bound } = input
  checkMembers(members)
  checkBound(members.length, bound)
  const agreement = createAgreement(secretKey)
  checkKeys(input, agreement)
  const words = encode(values, bound)
  const turns = createTurns()
  await applyMask(words, maskKey(seed, ctx, 'own', [me]), 1, turns)
  for (const other of members) {
    if (other === me) continue
    const secret = agreement.secretWith(publicKeys.get(other) ?? new Uint8Array(32))
    // Both sides derive the same stream; the lower id adds it and the higher subtracts it.
    const sign = me < other ? 1 : -1
    const key = maskKey(secret, ctx, 'pair', [me, other].toSorted())
    erase(secret)
    await applyMask(words, key, sign, turns)
  }
  return toBytes(words)
}

export interface SumInput {
  readonly ctx: Hash
  readonly members: readonly InstitutionId[]
  readonly contributions: ReadonlyMap<InstitutionId, Uint8Array>
  /** The revealed seeds of the members' own masks. */
  readonly seeds: ReadonlyMap<InstitutionId, Uint8Array>
}

/**
 * Adds all contributions up and takes the members' own masks out. `bytes` are the exact sums as little-endian
 * 64-bit integers (multiples of 2^-32), the same at every member; `sum` is the same as float64.
 * Throws RangeError when a contribution or seed is missing or of another length.
 */
export async function openSum({ ctx, members, contributions, seeds }: SumInput) {
  checkMembers(members)
  const turns = createTurns()
  let total: Words | null = null
  for (const id of members) {
    const bytes = contributions.get(id)
    const seed = seeds.get(id)
    if (!bytes || seed?.length !== 32) throw new RangeError('A contribution or seed is missing')
    total ??= new Uint32Array(bytes.length / 4)
    if (bytes.length !== total.byteLength) throw new RangeError('The contributions differ in length')
    await addAll(total, fromBytes(bytes), turns)
    await applyMask(total, maskKey(seed, ctx, 'own', [id]), -1, turns)
  }
  if (!total) throw new RangeError('A sum has members')
  return { sum: decode(total), bytes: toBytes(total) }
}

const ADD_WORDS = 256 * 1024

async function addAll(total: Words, addend: Words, turns: ReturnType<typeof createTurns>) {
  for (let at = 0; at < addend.length; at += ADD_WORDS) {
    const part = addend.subarray(at, at + ADD_WORDS)
    add(total, part, at)
    await turns.worked(part.byteLength)
  }
}

function checkMembers(members: readonly InstitutionId[]) {
  if (members.length < 3) throw new RangeError('A sum of fewer than three gives a member away')
  if (new Set(members).size !== members.length) throw new RangeError('A member is there twice')
}

function checkKeys({ me, members, publicKeys, seed }: MaskInput, agreement: Agreement) {
  if (seed.length !== 32) throw new RangeError('A mask seed has 32 bytes')
  const seen = new Set<string>()
  for (const id of members) {
    const key = publicKeys.get(id)
    if (key?.length !== 32) throw new AppError('document-refused', `No mask key of ${id}`)
    seen.add(Buffer.from(key).toString('hex'))
  }
  if (seen.size !== members.length)
    throw new AppError('document-refused', 'Two members gave the same mask key')
  const own = Buffer.from(agreement.publicKey).toString('hex')
  const announced = publicKeys.get(me)
  if (!members.includes(me) || !announced || Buffer.from(announced).toString('hex') !== own) {
    throw new RangeError('Our own mask key is not the one we announced')
  }
}
