import { expect, test } from 'vitest'
import type { Consent, Withdrawal } from '#domain/consent.ts'
import type { Document, Roster } from '#domain/documents.ts'
import { forbids, standingConsent, type ConsentFile } from '#domain/permission.ts'
import { planHash, type Study } from '#domain/study.ts'
import { createFederation } from '../simulation/federation.ts'
import { ofKind } from '#network/rounds/record.ts'

const NOW = 1_700_000_000_000
const federation = createFederation({
  seed: 7,
  members: 4,
  trainings: 1,
  weather: { delayMs: [1, 2], loss: 0, duplication: 0 },
})
const me = federation.hospitals[0]!
const general = me.store.library.ofRound(federation.study.id, 0)
const consents = ofKind(general, 'consent')
const own = consents.find((one) => one.author === me.id)!
const file: ConsentFile = { study: federation.study, consents, withdrawals: [] }
const dataset = own.body.grant!.dataset

const document = <B extends Document['body']>(id: string, author: string, body: B): Document<B> => ({
  id: id.padEnd(64, '0'),
  author,
  body,
  signature: '',
})

function aRoster(change: Partial<Roster> = {}): Document<Roster> {
  const members = federation.hospitals.map(({ id }) => ({ id, ready: 'a'.repeat(64), weight: 64 }))
  return document('b', me.id, {
    kind: 'roster',
    study: federation.study.id,
    round: 2,
    attempt: 0,
    version: 1,
    roundKind: 'training',
    base: null,
    planHash: planHash(federation.study.body),
    action: { do: 'sum', members, absent: [], length: 5, bound: 1000 },
    because: [],
    ...change,
  })
}

const departure = { me: me.id, roster: aRoster(), dataset, at: NOW }
const consented = (change: Partial<Consent>, id = 'c') => document(id, me.id, { ...own.body, ...change })

test('what was approved may leave', () => {
  expect(forbids(file, departure)).toBeNull()
})

test('nothing leaves under another plan, study version or roster than was approved', () => {
  const sum = departure.roster.body.action
  if (sum.do !== 'sum') throw new Error('A roster adds up')
  const stranger = { id: '12D3KooWStranger', ready: 'a'.repeat(64), weight: 64 }
  const other: Document<Study> = {
    ...federation.study,
    body: { ...federation.study.body, plan: { ...federation.study.body.plan, rounds: 9 } },
  }
  expect(forbids(file, { ...departure, roster: aRoster({ planHash: 'd'.repeat(64) }) })).toMatch(
    'another plan',
  )
  expect(forbids({ ...file, study: other }, departure)).toMatch('another plan')
  expect(forbids(file, { ...departure, roster: aRoster({ version: 2 }) })).toMatch('another study')
  const joined = aRoster({ action: { ...sum, members: [...sum.members, stranger] } })
  expect(forbids(file, { ...departure, roster: joined })).toMatch('did not approve')
  const heavier = aRoster({
    action: { ...sum, members: sum.members.map((one) => ({ ...one, weight: 128 })) },
  })
  expect(forbids(file, { ...departure, roster: heavier })).toMatch('another weight')
  expect(forbids(file, { ...departure, roster: aRoster({ action: { do: 'void' } }) })).toMatch(
    'adds nothing up',
  )
})

test('nothing leaves from another dataset version than was approved', () => {
  expect(forbids(file, { ...departure, dataset: 'e'.repeat(64) })).toMatch('another dataset')
})

test('nothing leaves without a consent in force', () => {
  const only = (...list: Document<Consent>[]): ConsentFile => ({ ...file, consents: list })
  const withdrawal: Withdrawal = {
    kind: 'withdrawal',
    study: federation.study.id,
    consent: own.id,
    reason: '',
    withdrawnAt: NOW,
  }
  expect(forbids(only(), departure)).toMatch('no-consent')
  expect(forbids({ ...file, withdrawals: [document('f', me.id, withdrawal)] }, departure)).toMatch(
    'withdrawn',
  )
  expect(forbids(only(consented({ decision: 'decline', grant: null })), departure)).toMatch('declined')
  expect(forbids(only(consented({ to: 1 })), departure)).toMatch('no-consent')
  expect(forbids(only(consented({ expiresAt: NOW })), departure)).toMatch('no-consent')
  expect(forbids(only(consented({ planHash: 'd'.repeat(64) })), departure)).toMatch('no-consent')
})

test('an approval covers its own rounds and study version: the first and the last round, and no other', () => {
  const only = (change: Partial<Consent>): ConsentFile => ({ ...file, consents: [consented(change)] })
  expect(forbids(only({ from: 3 }), departure)).toMatch('no-consent')
  expect(forbids(only({ from: 2, to: 2 }), departure)).toBeNull()
  expect(forbids(only({ version: 2 }), departure)).toMatch('no-consent')
})

test("another member's withdrawal does not end our consent", () => {
  const other = federation.hospitals[1]!
  const withdrawal: Withdrawal = {
    kind: 'withdrawal',
    study: federation.study.id,
    consent: own.id,
    reason: '',
    withdrawnAt: NOW,
  }
  expect(forbids({ ...file, withdrawals: [document('f', other.id, withdrawal)] }, departure)).toBeNull()
})

test('of two answers that do not know of each other, the refusal holds', () => {
  const refusal = consented({ decision: 'decline', grant: null, decidedAt: NOW - 1000 }, 'f')
  const both: ConsentFile = { ...file, consents: [own, refusal] }
  expect(standingConsent(both, me.id)?.body.decision).toBe('decline')
  expect(forbids(both, departure)).toMatch('declined')
})
