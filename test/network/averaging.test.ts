import { x25519 } from '@noble/curves/ed25519.js'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAgreement } from '#network/averaging/agreement.ts'
import { add, checkBound, decode, encode, subtract, toBytes } from '#network/averaging/fixed-point.ts'
import { maskContribution, openSum } from '#network/averaging/masks.ts'
import { applyMask, createTurns, maskKey } from '#network/averaging/streams.ts'
import { attemptOf, bound, bytesOf, ctx } from './masking.ts'

/** The exact integer that a value is in fixed point. */
const integerOf = (value: number) => BigInt(Math.round(value * 2 ** 32))

function integersOf(bytes: Uint8Array): bigint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: bytes.length / 8 }, (_, i) => view.getBigInt64(8 * i, true))
}

const value = fc.double({ min: -bound, max: bound, noNaN: true })
const vectors = fc
  .tuple(fc.integer({ min: 3, max: 50 }), fc.integer({ min: 1, max: 12 }))
  .chain(([n, d]) =>
    fc.array(fc.array(value, { minLength: d, maxLength: d }), { minLength: n, maxLength: n }),
  )
  .map((rows) => rows.map((row) => Float64Array.from(row)))

test("the opened sum is the exact sum of everybody's integers, for 3 to 50 members", async () => {
  await fc.assert(
    fc.asyncProperty(vectors, fc.integer(), async (rows, salt) => {
      const { members, seeds, masked } = attemptOf(rows, salt)
      const { sum, bytes } = await openSum({ ctx, members, contributions: await masked(), seeds })
      const exact = Array.from(rows[0]!, (_, k) => rows.reduce((all, row) => all + integerOf(row[k]!), 0n))
      expect(integersOf(bytes)).toEqual(exact)
      for (const [k, one] of exact.entries()) {
        const plain = rows.reduce((all, row) => all + row[k]!, 0)
        expect(sum[k]).toBe(Number(one) / 2 ** 32)
        expect(Math.abs(sum[k]! - plain)).toBeLessThanOrEqual(rows.length * 2 ** -33 + 1e-12)
      }
    }),
    { numRuns: 25 },
  )
})

test('the order of members and arrivals changes nothing', async () => {
  const rows = [1, 2, 3, 4, 5].map((n) => Float64Array.of(n / 3, -n, 7 / n))
  const { members, seeds, masked, inputOf } = attemptOf(rows, 1)
  const contributions = await masked()
  const first = await openSum({ ctx, members, contributions, seeds })
  const mixed = new Map([...contributions].toReversed())
  const second = await openSum({ ctx, members: members.toReversed(), contributions: mixed, seeds })
  expect(second.bytes).toEqual(first.bytes)
  const again = await maskContribution({ ...inputOf(2), members: members.toReversed() })
  expect(again).toEqual(contributions.get(members[2]!))
})

test("pairwise masks sum to zero: what remains are the members' own masks", async () => {
  const rows = Array.from({ length: 7 }, () => new Float64Array(20))
  const { members, seeds, masked } = attemptOf(rows, 2)
  const total = encode(new Float64Array(20), 1)
  for (const bytes of (await masked()).values()) add(total, new Uint32Array(bytes.slice().buffer))
  expect(total.some((word) => word !== 0)).toBe(true)
  for (const id of members)
    await applyMask(total, maskKey(seeds.get(id)!, ctx, 'own', [id]), -1, createTurns())
  expect(total.every((word) => word === 0)).toBe(true)
})

test('no two positions of a contribution share a mask, and no two attempts do', async () => {
  // All members send zeros, so contributions are masks alone. Under a seed for each tensor, equal shapes had equal masks.
  const rows = Array.from({ length: 3 }, () => new Float64Array(50_000))
  const { inputOf } = attemptOf(rows, 3)
  const one = integersOf(await maskContribution(inputOf(0)))
  const other = integersOf(await maskContribution({ ...inputOf(0), ctx: 'd'.repeat(64) }))
  expect(new Set([...one, ...other]).size).toBe(100_000)
  const differences = new Set(one.map((word, i) => word - (one[i + 1] ?? 0n)))
  expect(differences.size).toBe(50_000)
})

test('a contribution alone looks like noise: half of all bits are set', async () => {
  const rows = Array.from({ length: 3 }, () => new Float64Array(20_000).fill(1))
  const bytes = await maskContribution(attemptOf(rows, 4).inputOf(1))
  let bits = 0
  for (const byte of bytes) for (let b = byte; b; b >>= 1) bits += b & 1
  // Binomial: 8 standard deviations.
  expect(Math.abs(bits - bytes.length * 4)).toBeLessThan(8 * Math.sqrt(bytes.length * 2))
})

test("without one member's own mask nothing can be read", async () => {
  const rows = Array.from({ length: 4 }, (_, i) => Float64Array.of(i, i, i))
  const { members, seeds, masked } = attemptOf(rows, 5)
  const contributions = await masked()
  const wrong = new Map(seeds).set(members[1]!, bytesOf('another'))
  const { sum } = await openSum({ ctx, members, contributions, seeds: wrong })
  expect([...sum]).not.toEqual([6, 6, 6])
  seeds.delete(members[1]!)
  await expect(openSum({ ctx, members, contributions, seeds })).rejects.toThrow(RangeError)
  const without = new Map(contributions)
  without.delete(members[2]!)
  await expect(openSum({ ctx, members, contributions: without, seeds })).rejects.toThrow(RangeError)
})

test('values that are not finite or beyond the bound are refused, by position and never by value', async () => {
  for (const bad of [Number.NaN, Infinity, -Infinity, 100.0001, -1e300]) {
    const rows = Array.from({ length: 3 }, () => Float64Array.of(0, bad))
    await expect(maskContribution(attemptOf(rows, 6).inputOf(0))).rejects.toThrow('Value 1 is not within')
  }
})

test('a bound that the sum of all members could overflow is refused before anything runs', () => {
  expect(() => checkBound(4, 2 ** 28 - 1)).not.toThrow()
  const refused = expect.objectContaining({ code: 'study-bad' })
  for (const bad of [2 ** 28, Number.NaN, Infinity, 0, -1]) expect(() => checkBound(4, bad)).toThrow(refused)
})

test('keys that are equal, missing or of small order are refused', async () => {
  const rows = Array.from({ length: 4 }, () => new Float64Array(3))
  const { inputOf, members, publicKeys } = attemptOf(rows, 7)
  const refused = expect.objectContaining({ code: 'document-refused' })
  const tryWith = (key: Uint8Array) =>
    maskContribution({ ...inputOf(0), publicKeys: new Map(publicKeys).set(members[2]!, key) })
  await expect(tryWith(publicKeys.get(members[1]!)!)).rejects.toThrow(refused)
  await expect(tryWith(publicKeys.get(members[0]!)!)).rejects.toThrow(refused)
  await expect(tryWith(new Uint8Array(31))).rejects.toThrow(refused)
  for (const hex of smallOrder) await expect(tryWith(Buffer.from(hex, 'hex'))).rejects.toThrow(refused)
  await expect(tryWith(bytesOf('honest'))).resolves.toBeInstanceOf(Uint8Array)
})

/** The points of small order of Curve25519, from cr.yp.to/ecdh.html. */
const smallOrder = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]

test('the key agreement is X25519 as noble computes it', () => {
  for (let i = 0; i < 20; i++) {
    const [a, b] = [bytesOf('a', i), bytesOf('b', i)]
    const [ours, theirs] = [createAgreement(a), createAgreement(b)]
    expect(ours.publicKey).toEqual(x25519.getPublicKey(a))
    const secret = Uint8Array.from(ours.secretWith(theirs.publicKey))
    expect(secret).toEqual(x25519.getSharedSecret(a, x25519.getPublicKey(b)))
    expect(Uint8Array.from(theirs.secretWith(ours.publicKey))).toEqual(secret)
  }
})

test('adding and subtracting halves is arithmetic modulo 2^64', () => {
  const word = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
  fc.assert(
    fc.property(word, word, (a, b) => {
      const wordsOf = (x: bigint) => new Uint32Array(BigInt64Array.of(x).buffer)
      const [plus, minus] = [wordsOf(a), wordsOf(a)]
      add(plus, wordsOf(b))
      subtract(minus, wordsOf(b))
      expect(integersOf(toBytes(plus))).toEqual([BigInt.asIntN(64, a + b)])
      expect(integersOf(toBytes(minus))).toEqual([BigInt.asIntN(64, a - b)])
      expect(decode(wordsOf(a))[0]).toBe(Number(a >> 32n) + Number(a & 0xffffffffn) / 2 ** 32)
    }),
  )
})

test('a golden contribution: every version of the product masks alike', async () => {
  const rows = [0, 1, 2].map((i) => Float64Array.of(i + 0.5, -i, 1 / 3))
  const bytes = await maskContribution(attemptOf(rows, 8).inputOf(1))
  expect(Buffer.from(bytes).toString('hex')).toMatchInlineSnapshot(
    `"03defffd4c06865f7a1cba0d308925ffc0cf681d578c39ac"`,
  )
})

test('a long vector leaves the event loop to others in between', async () => {
  const rows = Array.from({ length: 3 }, () => new Float64Array(1_500_000))
  const { inputOf } = attemptOf(rows, 9)
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  await maskContribution(inputOf(0))
  clearInterval(timer)
  expect(turns).toBeGreaterThan(5)
})
