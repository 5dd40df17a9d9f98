import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createMemoryLibrary, createMemoryShelf } from '#kit/memory-library.ts'
import { hashBytes } from '#domain/canonical.ts'
import type { Document } from '#domain/documents.ts'
import { createCourier } from '#network/gossip/courier.ts'
import { createForwarding } from '#network/gossip/forwarding.ts'
import { createHand } from '#network/gossip/hand.ts'
import { createHolders } from '#network/gossip/holders.ts'
import type { Link } from '#network/gossip/link.ts'
import { createMembership } from '#network/gossip/membership.ts'
import { signDocument } from '#network/identity/documents.ts'
import type { Asker } from '#network/protocols/documents.ts'
import { aStudy } from '#kit/sample-study.ts'
import { aNote, createHospital, type Hospital } from './hospitals.ts'

const idsOf = (documents: readonly Document[]) => documents.map((one) => one.id)
/** Waits for what promises that are done already lead to. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

/** A member's side of a study of so many, with links to all others and to a stranger, which note what they are given and offered. */
function forwardingOf(count: number, lacked: readonly string[] = []) {
  const all = Array.from({ length: count + 1 }, (_, i) => createHospital(i))
  const stranger = all.pop()!
  const [me] = all as [Hospital]
  const study = signDocument(me.identity, aStudy(all.map((one) => one.member)))
  const library = createMemoryLibrary()
  library.add(study)
  const given = new Map<string, string[]>()
  const offered = new Map<string, string[]>()
  const links = [...all.slice(1), stranger].map(({ id }): [string, Link] => {
    const courier = {
      give: (documents: readonly Document[]) => void given.set(id, idsOf(documents)),
      offer: (documents: readonly Document[]) => void offered.set(id, idsOf(documents)),
      lacked: (author: string) => lacked.includes(author),
      lacksSome: () => lacked.length > 0,
    }
    return [id, { id, courier } as unknown as Link] // only these are used
  })
  const membership = createMembership(library, me.id)
  const passOn = createForwarding(membership, new Map(links))
  return { all, stranger, me, study, membership, passOn, given, offered }
}

test('in a large circle what an author brings us goes on to our share of the others, all at once, and to nobody else', () => {
  const { all, me, study, membership, passOn, given, offered } = forwardingOf(16)
  const routes = membership.routes(study.id)!
  const author = all.find((one) => one !== me && routes.onward(one.id).length > 0)!
  const notes = ['One', 'Two'].map((text) => signDocument(author.identity, aNote(study.id, text)))
  passOn(notes)
  expect([...given.keys()].toSorted()).toEqual([...routes.onward(author.id)].toSorted())
  for (const ids of given.values()) expect(ids).toEqual(idsOf(notes))
  expect(offered.size).toBe(0)
})

test('who lacked something of an author is offered its next, and no stranger to the study hears even its id', () => {
  const small = forwardingOf(5)
  const [, , author] = small.all as [Hospital, Hospital, Hospital]
  const note = signDocument(author.identity, aNote(small.study.id, 'Among us'))
  small.passOn([note])
  expect(small.given.size).toBe(0)
  for (const one of small.all.slice(1)) expect(small.offered.get(one.id)).toEqual([note.id])
  expect(small.offered.get(small.stranger.id)).toEqual([])

  const large = forwardingOf(16, [author.id])
  const next = signDocument(author.identity, aNote(large.study.id, 'Next'))
  const other = signDocument(large.all[3]!.identity, aNote(large.study.id, 'Of another'))
  large.passOn([next, other])
  for (const one of large.all.slice(1)) expect(large.offered.get(one.id)).toEqual([next.id])
  expect(large.offered.get(large.stranger.id)).toEqual([])
})

/** A courier to a peer that wants these, and whose line breaks when told to. */
function courierTo(wants: (id: string) => boolean) {
  const me = createHospital(0)
  const library = createMemoryLibrary()
  const asked: { ask: string; ids: readonly string[] }[] = []
  let isBroken = false
  const failures: unknown[] = []
  const asker = {
    ask: async (question: { ask: string; ids?: readonly string[]; documents?: readonly unknown[] }) => {
      await settled()
      if (isBroken) throw new Error('No connection')
      const ids = question.ids ?? question.documents!.map((one) => byWire.get(JSON.stringify(one))!)
      asked.push({ ask: question.ask, ids })
      return { want: ids.filter(wants) }
    },
    close: () => {},
  } as unknown as Asker // only these are used
  const byWire = new Map<string, string>()
  const courier = createCourier({
    ...{ asker, library, goesWith: () => null, sent: () => {} },
    broken: (error) => void failures.push(error),
  })
  function note(text: string): Document {
    const document = signDocument(me.identity, aNote('a'.repeat(64), text))
    const { author, body, signature } = document
    byWire.set(JSON.stringify({ author, body, signature }), document.id)
    library.add(document)
    return document
  }
  const rest = async () => {
    for (let i = 0; i < 20; i++) await settled()
  }
  return { me, courier, asked, note, rest, failures, break: (on: boolean) => void (isBroken = on) }
}

test('a peer is given each document once, and never what it is known to have', async () => {
  const { courier, asked, note, rest } = courierTo(() => true)
  const [known, fresh] = [note('It brought this'), note('News')]
  courier.knows(known.id)
  courier.give([known, fresh])
  courier.offer([known])
  await rest()
  courier.give([fresh])
  courier.offer([fresh])
  await rest()
  expect(asked).toEqual([{ ask: 'give', ids: [fresh.id] }])
})

test('of what is offered a peer gets what it wants, and is taken to lack an author as long as it does', async () => {
  let isWanted = true
  const { me, courier, asked, note, rest } = courierTo(() => isWanted)
  const first = note('First')
  courier.offer([first])
  await rest()
  expect(asked.map((one) => one.ask)).toEqual(['have', 'give'])
  expect(courier.lacked(me.id)).toBe(true)
  isWanted = false
  courier.offer([note('Second')])
  await rest()
  expect(asked.map((one) => one.ask)).toEqual(['have', 'give', 'have'])
  expect([courier.lacked(me.id), courier.lacksSome()]).toEqual([false, false])
})

test('news that a broken line swallowed are told of, so that sets are compared, and later ones go', async () => {
  const { courier, asked, note, rest, failures, break: breakLine } = courierTo(() => true)
  breakLine(true)
  courier.give([note('Lost')])
  await rest()
  expect(failures).toHaveLength(1)
  breakLine(false)
  const next = note('Next')
  courier.give([next])
  await rest()
  expect(asked).toEqual([{ ask: 'give', ids: [next.id] }])
})

test('no more news wait for a peer than are worth it: the rest is left to comparing sets', async () => {
  const { courier, asked, rest } = courierTo(() => true)
  courier.give(manyOthers(6000))
  await rest()
  expect(asked.flatMap((one) => one.ids)).toHaveLength(5000)
})

test('what a peer has is not remembered without end: it may be given something again', async () => {
  const { courier, asked, note, rest } = courierTo(() => true)
  const first = note('Known long ago')
  courier.knows(first.id)
  courier.give([first])
  for (const { id } of manyOthers(50_000)) courier.knows(id)
  courier.give([first])
  await rest()
  expect(asked).toEqual([{ ask: 'give', ids: [first.id] }])
})

test('no more contributions go along with one message than it may carry: the rest is fetched', async () => {
  const sizes: number[] = []
  const asker = {
    ask: (_: unknown, attached: readonly Uint8Array[]) => Promise.resolve(void sizes.push(attached.length)),
  } as unknown as Asker // only this is used
  const courier = createCourier({
    ...{ asker, library: createMemoryLibrary(), sent: () => {}, broken: () => {} },
    goesWith: () => new Uint8Array(8),
  })
  courier.give(manyOthers(100))
  for (let i = 0; i < 20; i++) await settled()
  expect(Math.max(...sizes)).toBe(64)
})

/** Documents that differ in their ids alone. */
function manyOthers(count: number): Document[] {
  const one = signDocument(createHospital(0).identity, aNote('a'.repeat(64), 'Copy'))
  return Array.from({ length: count }, (_, i) => ({ ...one, id: String(i).padStart(64, '0') }))
}

test('contributions that came along are kept up to a limit, and the oldest go first', () => {
  const study = 'a'.repeat(64)
  const hand = createHand({ me: 'us', shelf: createMemoryShelf(), mayLeave: () => null })
  const many = Array.from({ length: 100 }, () => randomBytes(100_000))
  for (const one of many) hand.keep(one, study)
  const held = many.map((one) => hand.get(hashBytes(one), study) !== null)
  // Eight MiB hold 83 of them.
  expect(held).toEqual(many.map((_, i) => i >= 100 - 83))
})

test('whoever signed that it has bytes is remembered as having them, of thousands of blobs', () => {
  const [ana, ben] = [createHospital(0), createHospital(1)]
  const holders = createHolders()
  const [some, artefact] = ['a'.repeat(64), 'b'.repeat(64)]
  const place = { study: some, round: 1, attempt: 0 }
  const commitment = (contribution: string) =>
    ({ kind: 'commitment', ...place, ctx: some, dataset: some, mask: some, contribution }) as const
  holders.note(signDocument(ana.identity, commitment('c'.repeat(64))))
  const outcome = { result: 'sum', roster: some, ctx: some, sum: some, artefact } as const
  for (const one of [ana, ben])
    holders.note(
      signDocument(one.identity, { kind: 'certificate', ...place, outcome, auditHead: some, auditLength: 1 }),
    )
  expect(holders.of('c'.repeat(64))).toEqual([ana.id])
  expect(holders.of(artefact)).toEqual([ana.id, ben.id])
  const note = signDocument(ben.identity, commitment('d'.repeat(64)))
  for (let i = 0; i < 5000; i++) holders.note({ ...note, body: commitment(String(i).padStart(64, '0')) })
  expect(holders.of('c'.repeat(64))).toEqual([])
})
