import { createHash, randomBytes } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import type { Commitment } from '#domain/documents.ts'
import type { Hash } from '#domain/values.ts'
import { until } from '#kit/real-clock.ts'
import { signDocument, toWire } from '#network/identity/documents.ts'
import { DOCUMENTS } from '#network/protocols/documents.ts'
import { toJson } from '#network/protocols/frames.ts'
import { createHospital, type Hospital, startAll, studyBy } from './hospitals.ts'
import { framed } from './hostile-frames.ts'
import { dialAs, openLine } from './raw.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

type Three = [Hospital, Hospital, Hospital]
const soon = () => AbortSignal.timeout(1500)
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** Three members of a study of so many, the others being away; the door of the first is as it says at the moment. */
async function three(door: () => string | null = () => null, count = 10) {
  const all = Array.from({ length: count }, (_, i) => createHospital(i, { mayLeave: door }))
  const hospitals = all.slice(0, 3) as Three
  stops.push(...hospitals.map((one) => one.stop))
  await startAll(hospitals)
  const study = studyBy(all)
  await until('all hold the study', () => hospitals.every((one) => one.library.study(study.id) !== null))
  return { hospitals, study: study.id }
}

function commitmentTo(contribution: Hash, study: Hash): Commitment {
  const some = 'a'.repeat(64)
  return {
    ...{ kind: 'commitment', study, round: 1, attempt: 0, ctx: some, dataset: some },
    ...{ contribution, mask: some },
  }
}

test('a small contribution comes with the commitment that names it: nobody has to be asked for it', async () => {
  const { hospitals, study } = await three()
  const [ana, ben, cleo] = hospitals
  const bytes = randomBytes(90_000)
  const { id } = ana.write(commitmentTo(ana.shelf.put(bytes, 'round', study), study))
  await until('it came', () => ben.library.get(id) !== null && cleo.library.get(id) !== null)
  const both = 2 * bytes.length
  await until('it went to both', () => ana.sent() + ben.sent() + cleo.sent() >= both)
  await ana.stop()
  await cleo.stop()
  expect(Buffer.compare(await ben.net().fetch(study, hashOf(bytes), bytes.length, soon()), bytes)).toBe(0)
  expect(ana.sent() + ben.sent() + cleo.sent()).toBe(both)
  // Not more than was asked for, whatever came.
  await expect(ben.net().fetch(study, hashOf(bytes), bytes.length - 1, soon())).rejects.toThrow()
})

test('whoever is told of a commitment has its contribution already', async () => {
  const { hospitals, study } = await three()
  const [ana, ben, cleo] = hospitals
  const bytes = randomBytes(1000)
  const fetched: Promise<Uint8Array>[] = []
  ben.onDocument(({ body }) => {
    if (body.kind === 'commitment')
      fetched.push(ben.net().fetch(study, body.contribution, bytes.length, soon()))
  })
  ana.write(commitmentTo(ana.shelf.put(bytes, 'round', study), study))
  await until('it was told', () => fetched.length > 0)
  expect(Buffer.compare((await fetched[0])!, bytes)).toBe(0)
  await until('it went to both', () => ana.sent() + ben.sent() + cleo.sent() >= 2 * bytes.length)
  expect(ana.sent() + ben.sent() + cleo.sent()).toBe(2 * bytes.length)
})

test.each([
  ['a large contribution', 200_000, 10],
  ['a small one in a small study', 1000, 9],
])('%s does not, and is fetched', async (_, size, count) => {
  const { hospitals, study } = await three(() => null, count)
  const [ana, ben] = hospitals
  const bytes = randomBytes(size)
  const { id } = ana.write(commitmentTo(ana.shelf.put(bytes, 'round', study), study))
  await until('it came', () => ben.library.get(id) !== null)
  expect(ana.sent()).toBe(0)
  expect(Buffer.compare(await ben.net().fetch(study, hashOf(bytes), bytes.length, soon()), bytes)).toBe(0)
})

test('what the door refuses does not come along with its commitment', async () => {
  let door: string | null = 'no consent'
  const { hospitals, study } = await three(() => door)
  const [ana, ben] = hospitals
  const bytes = randomBytes(1000)
  const { id } = ana.write(commitmentTo(ana.shelf.put(bytes, 'round', study), study))
  await until('it came', () => ben.library.get(id) !== null)
  expect(ana.sent()).toBe(0)
  await expect(ben.net().fetch(study, hashOf(bytes), bytes.length, soon())).rejects.toThrow()
  door = null
  expect(Buffer.compare(await ben.net().fetch(study, hashOf(bytes), bytes.length, soon()), bytes)).toBe(0)
})

test('bytes are known by what they are, not by the document that they come with', async () => {
  const { hospitals, study } = await three()
  const [ana, ben, cleo] = hospitals
  await ben.stop()
  await cleo.stop()
  const promised = randomBytes(500)
  const others = randomBytes(500)
  const line = await openLine(cleo.identity, ana)
  const documents = [toWire(signDocument(cleo.identity, commitmentTo(hashOf(promised), study)))]
  expect(await line.ask({ ask: 'give', documents, sizes: [500] }, [others])).toEqual({ taken: 1 })
  await expect(ana.net().fetch(study, hashOf(promised), 500, soon())).rejects.toThrow()
  expect(await line.ask({ ask: 'give', documents, sizes: [500] }, [promised])).toEqual({ taken: 0 })
  expect(Buffer.compare(await ana.net().fetch(study, hashOf(promised), 500, soon()), promised)).toBe(0)
  await line.close()
})

test('what is announced and does not come, or comes in another size, ends the stream and nothing else', async () => {
  const { hospitals, study } = await three()
  const [ana, ben, cleo] = hospitals
  await cleo.stop()
  const raw = await dialAs(cleo.identity, ana)
  stops.push(raw.stop)
  const documents = [toWire(signDocument(cleo.identity, commitmentTo('b'.repeat(64), study)))]
  const before = ana.library.ids(study).length
  for (const next of [framed(new Uint8Array(10)), framed(new Uint8Array(501)), framed(new Uint8Array(0))]) {
    const stream = await raw.open(DOCUMENTS)
    stream.send(framed(toJson({ ask: 'give', documents, sizes: [500] })))
    stream.send(next)
    await until('the stream was cut', () => stream.status !== 'open', 3000)
  }
  const large = await raw.open(DOCUMENTS)
  large.send(framed(toJson({ ask: 'give', documents, sizes: [128 * 1024 + 1] })))
  await until('the stream was cut', () => large.status !== 'open', 3000)
  expect(ana.library.ids(study).length).toBe(before)
  expect(ana.net().connected()).toContain(ben.id)
})
