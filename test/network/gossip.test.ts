import { afterEach, expect, test } from 'vitest'
import type { Body } from '#domain/documents.ts'
import { until } from '#kit/real-clock.ts'
import { aStudy } from '#kit/sample-study.ts'
import { signDocument, toWire } from '#network/identity/documents.ts'
import { aNote, createHospital, type Hospital, introduce, startAll, studyBy } from './hospitals.ts'
import { openLine } from './raw.ts'

let running: Hospital[] = []
function open(count: number): Hospital[] {
  running = Array.from({ length: count }, (_, i) => createHospital(i))
  return running
}
afterEach(async () => {
  await Promise.all(running.map((one) => one.stop()))
  running = []
})

const holds = (one: Hospital, id: string) => one.library.get(id) !== null
const allHold = (hospitals: readonly Hospital[], ids: readonly string[]) =>
  until('all hold everything', () => hospitals.every((one) => ids.every((id) => holds(one, id))))

test('a study and what is written in it reach all its members, each document told once', async () => {
  const hospitals = open(4)
  await startAll(hospitals)
  const study = studyBy(hospitals)
  await allHold(hospitals, [study.id])
  const notes = hospitals.map((one) => one.write(aNote(study.id, `From ${one.name}`)))
  await allHold(
    hospitals,
    notes.map((one) => one.id),
  )
  expect(hospitals[3]!.seen.documents.map((one) => one.id).toSorted()).toEqual(
    [study, ...notes.slice(0, 3)].map((one) => one.id).toSorted(),
  )
})

test('a document reaches a member that its author is not connected to', async () => {
  const hospitals = open(5)
  await startAll(hospitals, [
    [0, 1],
    [1, 2],
    [2, 3],
    [3, 4],
  ])
  const study = studyBy(hospitals)
  const note = hospitals[0]!.write(aNote(study.id, 'From one end'))
  await allHold(hospitals, [study.id, note.id])
  const start = performance.now()
  const answer = hospitals[4]!.write(aNote(study.id, 'From the other end'))
  await allHold(hospitals, [answer.id])
  // As news: comparing sets, every few seconds on each of four connections, would take longer.
  expect(performance.now() - start).toBeLessThan(3000)
})

test('a member that comes late catches up, and brings what it wrote alone', async () => {
  const hospitals = open(3)
  const [ana, ben, cleo] = hospitals as [Hospital, Hospital, Hospital]
  await startAll([ana, ben])
  const study = studyBy(hospitals)
  const notes = Array.from({ length: 400 }, (_, i) => ana.write(aNote(study.id, `Note ${i}`)).id)
  await allHold([ben], notes)
  cleo.library.add(study)
  const own = signDocument(cleo.identity, aNote(study.id, 'Written offline'))
  cleo.library.add(own)

  await cleo.start()
  introduce(ana, cleo)
  await allHold(hospitals, [...notes, own.id])
})

test('an institution that is no member of a study learns nothing of it', async () => {
  const hospitals = open(4)
  await startAll(hospitals)
  const [ana, ben, cleo, stranger] = hospitals as [Hospital, Hospital, Hospital, Hospital]
  const study = studyBy([ana, ben, cleo])
  const note = ana.write(aNote(study.id, 'Among us'))
  await allHold([ana, ben, cleo], [study.id, note.id])
  await stranger.stop()

  const line = await openLine(stranger.identity, ana)
  const root = 'a'.repeat(64)
  expect(await line.ask({ ask: 'roots', roots: [{ study: study.id, root }] })).toEqual({
    differ: [{ study: study.id, buckets: null }],
  })
  const bucket = Number.parseInt(note.id.slice(0, 2), 16)
  expect(await line.ask({ ask: 'list', study: study.id, buckets: [bucket], after: null })).toMatchObject({
    ids: [],
  })
  expect(await line.ask({ ask: 'want', study: study.id, ids: [note.id] })).toEqual({ documents: [] })
  expect(await line.ask({ ask: 'have', study: study.id, ids: [root] })).toEqual({ want: [] })
  await line.close()

  const member = await openLine(cleo.identity, ana, () => cleo.stop())
  expect(await member.ask({ ask: 'want', study: study.id, ids: [note.id] })).toEqual({
    documents: [toWire(note)],
  })
  await member.close()
})

test('what a peer may not send is neither stored nor passed on', async () => {
  const hospitals = open(4)
  await startAll(hospitals)
  const [ana, ben, cleo, outsider] = hospitals as [Hospital, Hospital, Hospital, Hospital]
  const members = [ana, ben, cleo]
  const study = studyBy(members)
  await allHold(members, [study.id])
  await cleo.stop()
  const line = await openLine(cleo.identity, ana)

  const good = signDocument(cleo.identity, aNote(study.id, 'Good'))
  const foreign = signDocument(outsider.identity, aNote(study.id, 'From outside'))
  const stray = signDocument(cleo.identity, aNote('f'.repeat(64), 'In no study'))
  const late: Body = {
    kind: 'abandon',
    study: study.id,
    round: 41,
    attempt: 0,
    revealed: false,
    certified: null,
    missing: [],
  }
  const without = signDocument(
    cleo.identity,
    aStudy([ben.member, cleo.member, outsider.member], 'Without Ana'),
  )
  const bad = [
    { ...toWire(good), body: { ...good.body, text: 'Changed on the way' } },
    { ...toWire(good), author: ben.id },
    toWire(foreign),
    toWire(stray),
    toWire(signDocument(cleo.identity, late)),
    toWire(without),
    toWire(signDocument(cleo.identity, aStudy([ana.member, cleo.member, cleo.member], 'Twice'))),
    { ...toWire(good), surprise: 1 },
    'text',
    null,
  ]
  const before = ana.library.ids(study.id)
  expect(await line.ask({ ask: 'give', documents: bad })).toEqual({ taken: 0 })
  expect(ana.library.ids(study.id)).toEqual(before)
  expect(ana.library.studies()).toEqual([study.id])
  expect(ana.seen.failures).toHaveLength(bad.length)

  expect(await line.ask({ ask: 'give', documents: [...bad, toWire(good)] })).toEqual({ taken: 1 })
  await allHold([ana, ben], [good.id])
  await line.close()
})

test('two signatures where one is allowed are evidence for everybody', async () => {
  const hospitals = open(3)
  await startAll(hospitals)
  const [ana, ben, cleo] = hospitals as [Hospital, Hospital, Hospital]
  const study = studyBy(hospitals)
  await allHold(hospitals, [study.id])
  const abandon = (revealed: boolean): Body => ({
    kind: 'abandon',
    study: study.id,
    round: 1,
    attempt: 0,
    revealed,
    certified: null,
    missing: [],
  })
  const first = cleo.write(abandon(true))
  const second = cleo.write(abandon(false))
  await allHold([ana, ben], [first.id, second.id])
  for (const one of [ana, ben]) {
    expect(one.seen.pairs.map((pair) => pair.map(({ id }) => id).toSorted())).toEqual([
      [first.id, second.id].toSorted(),
    ])
  }
})

test('one member cannot fill the disks of the others', async () => {
  const hospitals = open(3)
  await startAll(hospitals)
  const [ana, , cleo] = hospitals as [Hospital, Hospital, Hospital]
  const study = studyBy(hospitals)
  await allHold(hospitals, [study.id])
  await cleo.stop()
  const line = await openLine(cleo.identity, ana)
  let taken = 0
  for (let i = 0; i < 12; i++) {
    const documents = Array.from({ length: 100 }, (_, j) =>
      toWire(signDocument(cleo.identity, aNote(study.id, `Flood ${i} ${j}`))),
    )
    taken += (await line.ask({ ask: 'give', documents })).taken
  }
  expect(taken).toBe(1000)
  await line.close()
})
