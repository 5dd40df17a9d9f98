import { createHash } from 'node:crypto'
import { createKeyPair } from '#network/averaging/agreement.ts'
import { maskContribution } from '#network/averaging/masks.ts'
import { createIdentity } from '#network/identity/identity.ts'

export const ctx = 'c'.repeat(64)
export const bound = 100

/** Repeatable bytes that look random. */
export function bytesOf(...what: (string | number)[]): Uint8Array {
  return createHash('sha256').update(what.join('/')).digest()
}

const ids = Array.from({ length: 50 }, (_, i) => createIdentity(bytesOf('id', i)).id)

/** An attempt at a sum of these vectors, one for each member; the same for the same salt. */
export function attemptOf(vectors: readonly Float64Array[], salt: number) {
  const members = ids.slice(0, vectors.length)
  const keys = members.map((_, i) => createKeyPair(() => bytesOf('key', salt, i)))
  const publicKeys = new Map(members.map((id, i) => [id, keys[i]!.publicKey]))
  const seeds = new Map(members.map((id, i) => [id, bytesOf('seed', salt, i)]))
  const inputOf = (i: number) => ({
    ctx,
    me: members[i]!,
    members,
    secretKey: keys[i]!.secretKey,
    publicKeys,
    seed: seeds.get(members[i]!)!,
    values: vectors[i]!,
    bound,
  })
  const masked = async () => {
    const all = await Promise.all(vectors.map((_, i) => maskContribution(inputOf(i))))
    return new Map(members.map((id, i) => [id, all[i]!]))
  }
  return { members, keys, publicKeys, seeds, inputOf, masked }
}
