import { expect, test } from 'vitest'
import { createMemoryLibrary } from '#kit/memory-library.ts'
import { aStudy } from '#kit/sample-study.ts'
import { createLinks } from '#network/gossip/links.ts'
import type { LinkPorts } from '#network/gossip/link.ts'
import { createMembership } from '#network/gossip/membership.ts'
import { signDocument } from '#network/identity/documents.ts'
import { createSimulatedTime } from '../simulation/clock.ts'
import { aNote, createHospital, type Hospital } from './hospitals.ts'

/** One member's links to all others of a study of so many, in simulated time: with whom sets are compared, and whom it opens a stream to. */
async function linksOf(count: number) {
  const { clock, step } = createSimulatedTime()
  const all = Array.from({ length: count }, (_, i) => createHospital(i))
  const [me, ...others] = all as [Hospital, ...Hospital[]]
  const library = createMemoryLibrary()
  const study = signDocument(me.identity, aStudy(all.map((one) => one.member)))
  library.add(study)
  const membership = createMembership(library, me.id)
  const compared: string[] = []
  const opened: string[] = []
  const ports = {
    ...{ library, membership, clock, onSent: () => {}, failed: () => {} },
    node: { id: me.id, open: (id: string) => new Promise(() => void opened.push(id)), hangUp: () => {} },
    reconcile: (_: unknown, id: string) => Promise.resolve(void compared.push(id)),
    hand: { goesWith: () => null },
    compared: () => {},
  } as unknown as LinkPorts // only these are used
  const links = createLinks(ports)
  for (const one of others) links.peerChanged(one.id, true)

  /** Lets so many milliseconds pass, and tells what happened since the last time. */
  async function pass(ms: number) {
    const until = clock.ticks() + ms
    clock.after(ms, () => {})
    await new Promise((resolve) => setImmediate(resolve))
    while (clock.ticks() < until && step(until)) await new Promise((resolve) => setImmediate(resolve))
    return { compared: compared.splice(0), opened: opened.splice(0) }
  }
  await pass(1000)
  const routes = membership.routes(study.id)!
  const note = (by: Hospital, text: string) => signDocument(by.identity, aNote(study.id, text))
  return { me, others, study, routes, links, note, pass }
}

test('in a large circle sets are compared with some once it is quiet, and with the others seldom', async () => {
  const { me, routes, links, note, pass } = await linksOf(16)
  links.give(note(me, 'News'))
  expect((await pass(2400)).compared).toEqual([])
  expect((await pass(300)).compared.toSorted()).toEqual([...routes.some(() => true)].toSorted())
  expect((await pass(8000)).compared).toEqual([])
})

test('who lacked documents of ours when it was quiet is offered the next at once, and who did meanwhile is not', async () => {
  const { me, others, routes, links, note, pass } = await linksOf(16)
  const far = others.find((one) => !routes.first(() => true).includes(one.id))!
  links.give(note(me, 'First'))
  expect((await pass(100)).opened).not.toContain(far.id)
  links.brought(far.id, [note(me, 'Under way')])
  links.give(note(me, 'Second'))
  expect((await pass(3000)).opened).not.toContain(far.id)
  links.brought(far.id, [note(me, 'Went astray')])
  links.give(note(me, 'Third'))
  expect((await pass(100)).opened).toContain(far.id)
})

test('a study goes on at once, and its members are asked for what they offered before we knew it', async () => {
  const { others, study, links, pass } = await linksOf(5)
  const all = others.map((one) => one.id)
  links.offer([study])
  expect(await pass(1)).toEqual({ compared: all, opened: all })
})

test('all else that others bring is passed on together after a moment', async () => {
  const { others, links, note, pass } = await linksOf(5)
  links.offer([note(others[0]!, 'News')])
  expect((await pass(20)).opened).toEqual([])
  links.offer([note(others[1]!, 'More news')])
  expect((await pass(30)).opened.toSorted()).toEqual(others.map((one) => one.id).toSorted())
})
