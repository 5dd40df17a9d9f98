import { randomBytes } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { until } from '#kit/real-clock.ts'
import { BLOBS } from '#network/protocols/blobs.ts'
import { DOCUMENTS } from '#network/protocols/documents.ts'
import { HELLO } from '#network/protocols/hello.ts'
import { aNote, createHospital, type Hospital, startAll, studyBy } from './hospitals.ts'
import { createDice, framed, honestMessages, hostileBytes } from './hostile-frames.ts'
import { dialAs } from './raw.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

test('600 hostile messages of a member crash nothing, and others go on', async () => {
  const hospitals = [0, 1, 2].map((one) => createHospital(one))
  stops.push(...hospitals.map((one) => one.stop))
  await startAll(hospitals)
  const [ana, ben, cleo] = hospitals as [Hospital, Hospital, Hospital]
  const study = studyBy(hospitals)
  await until('all hold the study', () => hospitals.every((one) => one.library.study(study.id) !== null))
  await cleo.stop()
  const raw = await dialAs(cleo.identity, ana)
  stops.push(raw.stop)

  const honest = honestMessages(cleo.identity, study.id)
  const dice = createDice('hostile')
  const protocols = [HELLO, DOCUMENTS, BLOBS]
  const goodBefore = ana.library.ids(study.id).length
  let sent = 0
  let honestNotes = 0
  while (sent < 600) {
    const stream = await raw.open(protocols[sent % 3]!).catch(() => null)
    if (!stream) throw new Error('The connection of a member was given up')
    for (let i = 0; i < 3 && stream.status === 'open'; i++) {
      stream.send(hostileBytes(dice, honest))
      sent++
    }
    await new Promise((resolve) => {
      setTimeout(resolve, 1)
    })
    stream.abort(new Error('Done'))
    if (sent % 150 === 0) honestNotes += ben.write(aNote(study.id, `During ${sent}`)) ? 1 : 0
  }
  await until('honest notes came through', () => {
    return ana.seen.documents.filter((one) => one.author === ben.id).length === honestNotes
  })
  expect(honestNotes).toBeGreaterThan(0)
  // A mutation may leave the one good note whole, and nothing else of it is stored.
  const fromCleo = ana.library.ids(study.id).filter((one) => ana.library.get(one)?.author === cleo.id)
  expect(fromCleo.length).toBeLessThanOrEqual(1)
  expect(ana.library.ids(study.id).length).toBe(goodBefore + honestNotes + fromCleo.length)
  expect(ana.net().connected()).toContain(ben.id)
})

test('a message that claims to be too long ends its stream at once', async () => {
  const hospitals = [0, 1, 2].map((one) => createHospital(one))
  stops.push(...hospitals.map((one) => one.stop))
  await startAll(hospitals)
  const [ana, , cleo] = hospitals as [Hospital, Hospital, Hospital]
  await cleo.stop()
  const raw = await dialAs(cleo.identity, ana)
  stops.push(raw.stop)
  for (const protocol of [HELLO, DOCUMENTS, BLOBS]) {
    const stream = await raw.open(protocol)
    stream.send(framed(new Uint8Array(1), 5 * 1024 * 1024))
    await until('the stream was cut', () => stream.status !== 'open', 3000)
  }
})

test('a sender that does not wait for answers is cut off before it fills our memory', async () => {
  const hospitals = [0, 1, 2].map((one) => createHospital(one))
  stops.push(...hospitals.map((one) => one.stop))
  await startAll(hospitals)
  const [ana, , cleo] = hospitals as [Hospital, Hospital, Hospital]
  await cleo.stop()
  const raw = await dialAs(cleo.identity, ana)
  stops.push(raw.stop)
  const stream = await raw.open(DOCUMENTS)
  const megabyte = framed(randomBytes(1024 * 1024), 4 * 1024 * 1024)
  let pushed = 0
  const before = process.memoryUsage().rss
  while (stream.status === 'open' && pushed < 512) {
    stream.send(megabyte)
    pushed++
    await new Promise((resolve) => {
      setTimeout(resolve, 2)
    })
  }
  expect(stream.status).not.toBe('open')
  expect(pushed).toBeLessThan(256)
  expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024)
})
