import { expect, test } from 'vitest'
import { createKeyPair } from '#network/averaging/agreement.ts'
import { maskContribution, openSum } from '#network/averaging/masks.ts'
import { attemptOf, bytesOf, ctx } from './masking.ts'

test('a sum that would single somebody out, count somebody twice or overflow is never masked nor opened', async () => {
  const rows = Array.from({ length: 4 }, () => Float64Array.of(1, 2))
  const { inputOf, members, seeds, masked } = attemptOf(rows, 10)
  const contributions = await masked()
  const pair = members.slice(0, 2)
  const twice = [members[0]!, members[0]!, ...members.slice(1)]
  for (const wrong of [pair, twice]) {
    await expect(maskContribution({ ...inputOf(0), members: wrong })).rejects.toThrow(RangeError)
    await expect(openSum({ ctx, members: wrong, contributions, seeds })).rejects.toThrow(RangeError)
  }
  const pairKeys = new Map([...inputOf(0).publicKeys].slice(0, 2))
  await expect(maskContribution({ ...inputOf(0), members: pair, publicKeys: pairKeys })).rejects.toThrow(
    'fewer than three',
  )
  await expect(openSum({ ctx, members: twice, contributions, seeds })).rejects.toThrow('there twice')
  await expect(maskContribution({ ...inputOf(0), bound: 2 ** 28 })).rejects.toThrow(
    expect.objectContaining({ code: 'study-bad' }),
  )
})

test('our own part is made only with a whole seed and the key that we announced', async () => {
  const rows = Array.from({ length: 3 }, () => Float64Array.of(1))
  const { inputOf, members, publicKeys } = attemptOf(rows, 11)
  for (const seed of [new Uint8Array(31), new Uint8Array(33), new Uint8Array()])
    await expect(maskContribution({ ...inputOf(0), seed })).rejects.toThrow('32 bytes')
  const other = createKeyPair(() => bytesOf('another key')).publicKey
  const announced = new Map(publicKeys).set(members[0]!, other)
  await expect(maskContribution({ ...inputOf(0), publicKeys: announced })).rejects.toThrow('not the one')
})

test('contributions of different lengths are not added up', async () => {
  const rows = Array.from({ length: 3 }, () => Float64Array.of(1, 2))
  const { members, seeds, masked } = attemptOf(rows, 12)
  const whole = await masked()
  for (const length of [8, 24]) {
    const contributions = new Map(whole).set(members[1]!, new Uint8Array(length))
    await expect(openSum({ ctx, members, contributions, seeds })).rejects.toThrow('differ in length')
  }
})
