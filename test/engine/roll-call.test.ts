import { afterEach, expect, test } from 'vitest'
import type { Client } from '#contract/calls.ts'
import type { RollCallView } from '#contract/roll-call.ts'
import { stayUntilLinked } from '#headless/commands/roll-call-stay.ts'
import { listenTo } from '#headless/terminal.ts'
import { realClock } from '#kit/real-clock.ts'
import { aDraft } from './chest-pain.ts'
import { closeAll, openHospital, pair, until, type Hospital } from './hospital.ts'
import { audit, own, strange } from './knowing.ts'

afterEach(closeAll)

const view = (one: Hospital) => one.call('rollCall.get', null)
const reaches = (one: Hospital, stage: RollCallView['stage']) =>
  until(
    () => view(one),
    (now) => now?.stage === stage,
  )

/** A client of a hospital. */
const clientOf = ({ call }: Hospital) =>
  // Safe: it is asked nothing of the gate, and what it is told of it looks for itself.
  ({ call, on: () => () => undefined, close: () => Promise.resolve() }) as unknown as Client

/** The first calls the roll, the others come, and all see the words. */
async function called(...names: string[]) {
  const all = await Promise.all(names.map((name) => openHospital(name)))
  const [caller, ...others] = all as [Hospital, ...Hospital[]]
  const { code } = await caller.call('rollCall.open', { study: null })
  for (const one of others) await one.call('rollCall.join', { code: code ?? '' })
  await caller.call('rollCall.begin', null)
  const views = await Promise.all(all.map((one) => reaches(one, 'comparing')))
  return { all, views: views.map((one) => one!) }
}

test('four hospitals read the same words, and each knows exactly those whom its person heard', async () => {
  const { all, views } = await called('Aue', 'Buch', 'Calw', 'Dorn')
  expect(new Set(views.map((one) => one.words.join(' '))).size).toBe(1)
  expect(views[0]!.words).toHaveLength(6)
  // Nobody heard Dorn.
  for (const [i, one] of all.slice(0, 3).entries()) {
    const ids = views[i]!.members.filter(({ name }) => name !== 'Dorn').map(({ id }) => id)
    const done = await one.call('rollCall.confirm', { ids })
    expect(done.stage).toBe('done')
    expect(done.members.filter((member) => !member.confirmed).map(({ name }) => name)).toEqual(['Dorn'])
  }
  for (const one of all.slice(0, 3)) {
    const peers = await until(
      () => one.call('peers.list', null),
      (list) => list.length === 2 && list.every((peer) => peer.connected),
    )
    expect(peers.map(({ name }) => name)).not.toContain('Dorn')
    expect(await audit(one)).toContain('peer-confirmed')
  }
  expect(await all[3]!.call('peers.list', null)).toEqual([])
})

test('whoever sees other words stops it for itself, the others are told and can not confirm that one', async () => {
  const { all, views } = await called('Aue', 'Buch', 'Calw')
  const [a, b, c] = all as [Hospital, Hospital, Hospital]
  const stopped = await b.call('rollCall.differ', null)
  expect(stopped.trouble).toBe('words-differ')
  const idsOf = (i: number) => views[i]!.members.map(({ id }) => id)
  await expect(b.call('rollCall.confirm', { ids: idsOf(1) })).rejects.toMatchObject({ code: 'words-differ' })
  const told = await until(
    () => view(c),
    (now) => now?.members.some((one) => one.differs) === true,
  )
  expect(told?.members.filter((one) => one.differs).map(({ name }) => name)).toEqual(['Buch'])
  await expect(c.call('rollCall.confirm', { ids: idsOf(2) })).rejects.toMatchObject({ code: 'words-differ' })
  const { id } = await own(a)
  await c.call('rollCall.confirm', { ids: [id] })
  expect((await c.call('peers.list', null)).map(({ name }) => name)).toEqual(['Aue'])
  expect(await b.call('peers.list', null)).toEqual([])
})

test('the command line stays until all whom it confirmed have confirmed it too, and says who has not', async () => {
  const { all, views } = await called('Aue', 'Buch', 'Calw')
  const [a, b, c] = all as [Hospital, Hospital, Hospital]
  const idsOf = (i: number) => views[i]!.members.map(({ id }) => id)
  const { members } = await a.call('rollCall.confirm', { ids: idsOf(0) })
  const stay = (most: number) =>
    listenTo(() => stayUntilLinked(clientOf(a), members, { most, clock: realClock }))
  await b.call('rollCall.confirm', { ids: idsOf(1) })
  await until(
    () => a.call('peers.list', null),
    (peers) => peers.some((one) => one.name === 'Buch' && one.connected),
  )
  expect(await stay(0)).toMatch(/^Not linked yet: Calw\. /)
  const done = stay(60_000)
  await c.call('rollCall.confirm', { ids: idsOf(2) })
  expect(await done).toBe('Done: all whom you confirmed have confirmed you too.')
})

test('who reads other words after we confirmed is told of as long as the command line stays', async () => {
  const { all, views } = await called('Aue', 'Buch', 'Calw')
  const [a, b] = all as [Hospital, Hospital, Hospital]
  const { members } = await a.call('rollCall.confirm', { ids: views[0]!.members.map(({ id }) => id) })
  const staying = stayUntilLinked(clientOf(a), members, { most: 60_000, clock: realClock })
  await b.call('rollCall.differ', null)
  await expect(staying).rejects.toMatchObject({
    code: 'words-differ',
    message: expect.stringMatching(/^Buch saw/) as string,
  })
})

test('only who is in the list can be confirmed, once, and only while there are words', async () => {
  const { all, views } = await called('Aue', 'Buch')
  const [a, b] = all as [Hospital, Hospital]
  const outsider = await own(await openHospital('Calw'))
  const ids = views[0]!.members.map(({ id }) => id)
  const us = (await own(a)).id
  for (const wrong of [[], [outsider.id], [...ids, outsider.id], [...ids, us]])
    await expect(a.call('rollCall.confirm', { ids: wrong })).rejects.toMatchObject({ code: 'bad-request' })
  await a.call('rollCall.confirm', { ids })
  await expect(a.call('rollCall.confirm', { ids })).rejects.toMatchObject({ code: 'not-found' })
  await b.call('rollCall.leave', null)
  await expect(b.call('rollCall.confirm', { ids })).rejects.toMatchObject({ code: 'not-found' })
  expect(await b.call('peers.list', null)).toEqual([])
})

test('a roll call for a study takes its members alone and names those who are not there', async () => {
  const [a, b, c] = await Promise.all(['Aue', 'Buch', 'Calw'].map((name) => openHospital(name)))
  await pair(a!, b!)
  const { member: absent, invitation } = strange('Dorn')
  await a!.call('peers.confirm', { code: invitation })
  const members = await Promise.all([a!, b!].map(own))
  await a!.call('studies.propose', aDraft([...members, absent]))
  const [study] = await a!.call('studies.list', null)
  const { code, absent: first } = await a!.call('rollCall.open', { study: study!.id })
  expect(first).toEqual(['Buch', 'Dorn'])
  await expect(c!.call('rollCall.join', { code: code! })).rejects.toMatchObject({ code: 'not-on-list' })
  await b!.call('rollCall.join', { code: code! })
  await a!.call('rollCall.begin', null)
  expect((await reaches(a!, 'comparing'))?.absent).toEqual(['Dorn'])
})

test('a hospital that we know by another key is pointed out, and a code of one kind is not good for the other', async () => {
  const [a, b, other] = await Promise.all(['Aue', 'Buch', 'Buch'].map((name) => openHospital(name)))
  const invitation = await other!.call('institution.invite', null)
  await a!.call('peers.confirm', { code: invitation.code })
  const { code } = await a!.call('rollCall.open', { study: null })
  expect(await b!.call('peers.read', { code: code! })).toMatchObject({ purpose: 'roll-call', known: 'no' })
  await expect(b!.call('pairing.join', { code: code! })).rejects.toMatchObject({ code: 'invitation-bad' })
  await expect(b!.call('peers.confirm', { code: code! })).rejects.toMatchObject({ code: 'invitation-bad' })
  await expect(b!.call('rollCall.join', { code: invitation.code })).rejects.toMatchObject({
    code: 'invitation-bad',
  })
  await b!.call('rollCall.join', { code: code! })
  await a!.call('rollCall.begin', null)
  expect((await reaches(a!, 'comparing'))?.members.map(({ known }) => known)).toEqual(['by-another-key'])
})
