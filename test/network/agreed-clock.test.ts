import { expect, test } from 'vitest'
import { hashOf } from '#domain/canonical.ts'
import { uncovered } from '#domain/permission.ts'
import { correctionBy, createAgreedClock } from '#network/agreed-clock.ts'
import { signDocument } from '#network/identity/documents.ts'
import { createIdentity } from '#network/identity/identity.ts'
import { consentOf, simulatedStudy } from '../simulation/study.ts'

const MINUTE = 60_000
const NOW = 1_700_000_000_000

/** Whether an approval that ends in an hour is over, by a clock that is so far off among others. */
function isOver(ownOff: number, otherOffs: readonly number[], after: number): boolean {
  const signers = [1, 2, 3, 4].map((one) => createIdentity(new Uint8Array(32).fill(one)))
  const [first] = signers
  const study = signDocument(first!, simulatedStudy(signers, 1, NOW))
  const body = { ...consentOf(first!.id, study, hashOf('rows'), NOW), expiresAt: NOW + 60 * MINUTE }
  const file = { study, consents: [signDocument(first!, body)], withdrawals: [] }
  const own = { now: () => NOW + after + ownOff, ticks: () => 0, after: () => () => {} }
  const { now } = createAgreedClock(own, () => otherOffs.map((off) => off - ownOff))
  return uncovered(file, first!.id, 1, now()) !== null
}

test('a clock of ours that is hours behind the others keeps no approval alive; one that is ahead ends it early', () => {
  expect(isOver(-3 * 60 * MINUTE, [0, 0, 0], 70 * MINUTE)).toBe(true)
  expect(isOver(3 * 60 * MINUTE, [0, 0, 0], 10 * MINUTE)).toBe(true)
})

test('clocks of others, however many lie, bring no approval back that ended by our own', () => {
  const YEAR = 365 * 24 * 60 * MINUTE
  for (const lied of [[-3 * YEAR, -3 * YEAR, 0], [-3 * YEAR, -3 * YEAR], Array(49).fill(-3 * YEAR)])
    expect(isOver(0, lied, 61 * MINUTE)).toBe(true)
  expect(isOver(0, [-3 * YEAR, -3 * YEAR], 59 * MINUTE)).toBe(false)
})

test('no time comes back that was kept as seen', () => {
  const own = { now: () => NOW, ticks: () => 0, after: () => () => {} }
  expect(
    createAgreedClock(
      own,
      () => [],
      () => NOW + 5,
    ).now(),
  ).toBe(NOW + 5)
  expect(
    createAgreedClock(
      own,
      () => [],
      () => NOW - 5,
    ).now(),
  ).toBe(NOW)
})

test('within ten minutes everybody goes by its own clock', () => {
  expect(isOver(9 * MINUTE, [0, 0, 0], 52 * MINUTE)).toBe(true)
  expect(isOver(-9 * MINUTE, [0, 0, 0], 62 * MINUTE)).toBe(false)
  expect(correctionBy([9 * MINUTE, 9 * MINUTE])).toBe(0)
})

test('one member with a wrong clock moves nobody, and no more does one other alone', () => {
  expect(correctionBy([0, 5, 300 * MINUTE])).toBe(0)
  expect(correctionBy([-300 * MINUTE])).toBe(0)
  expect(correctionBy([])).toBe(0)
  expect(isOver(0, [0, 300 * MINUTE], 10 * MINUTE)).toBe(false)
})
