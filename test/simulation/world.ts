import type { Document, Vote } from '#domain/documents.ts'
import type { Hash } from '#domain/values.ts'
import { signDocument } from '#network/identity/documents.ts'
import type { Clock, Work } from '#network/ports.ts'
import type { RoundGossip } from '#network/rounds/runner.ts'
import type { Dice } from './clock.ts'
import { otherVote } from './habits.ts'
import type { Hospital } from './hospital.ts'
import { wrongCompany } from './company.ts'
import { brokenPromises } from './promises.ts'
import { ignoredVotes } from './recount.ts'

/** How badly the simulated network behaves. */
export interface Weather {
  delayMs: readonly [number, number]
  /** Links with delays of their own: pairs of indices "low-high". */
  far?: ReadonlyMap<string, readonly [number, number]>
  loss: number
  duplication: number
}

/** The simulated network, and what an observer of all of it would know. */
export interface World {
  readonly hospitals: Hospital[]
  /** Every document that ever left a member, by id, and every blob that did. */
  readonly seen: Map<Hash, Document>
  readonly seenBlobs: Set<Hash>
  /** When a document first left its author (ticks). */
  readonly seenAt: Map<Hash, number>
  /** What the storm did to whom, and when (ticks). */
  readonly blows: { on: Hospital; from: number; until: number }[]
  struck(on: Hospital, lasting: number): void
  readonly sums: { by: Hospital; work: Work; sum: Float64Array }[]
  readonly refused: string[]
  /** Documents that an honest member never signs, as they were published. */
  readonly broken: string[]
  /** Members that cannot talk to each other: pairs of indices "low-high". */
  readonly cut: Set<string>
  opened(by: Hospital, work: Work, sum: Float64Array): void
  /** A member begins to compute for a round. */
  computes(by: Hospital, work: Work): void
  gossipOf(hospital: Hospital, inLife: (call: () => void) => () => void): RoundGossip
  /** Two members that can talk compare what they hold; each gets what it lacks. */
  reconcile(a: Hospital, b: Hospital): void
}

/** A network in memory: delays, reorders, loses and repeats messages, and repairs by anti-entropy as gossip does. */
export function createWorld(clock: Clock, dice: Dice, weather: Weather): World {
  const delay = ([least, most] = weather.delayMs) => least + dice.unit() * (most - least)
  const up = (hospital: Hospital) => hospital.rounds !== null && !hospital.asleep

  function pairOf(a: Hospital, b: Hospital): string {
    return [world.hospitals.indexOf(a), world.hospitals.indexOf(b)].toSorted((x, y) => x - y).join('-')
  }

  const linked = (a: Hospital, b: Hospital) => !world.cut.has(pairOf(a, b))
  const delayBetween = (a: Hospital, b: Hospital) => delay(weather.far?.get(pairOf(a, b)))

  function send(from: Hospital, to: Hospital, document: Document) {
    if (from === to || !linked(from, to) || dice.chance(weather.loss)) return
    clock.after(delayBetween(from, to), () => to.receive(document))
    if (dice.chance(weather.duplication)) clock.after(delayBetween(from, to), () => to.receive(document))
  }

  /** A liar shows a second vote to some. */
  function voteAgain(liar: Hospital, first: Document) {
    const second = signDocument(liar.signer, otherVote(first as Document<Vote>)) // safe: the caller compares the kind
    world.seen.set(second.id, second)
    for (const other of world.hospitals) if (dice.chance(0.5)) send(liar, other, second)
  }

  function publish(hospital: Hospital, document: Document) {
    if (!hospital.arrived.has(document.id)) hospital.arrived.set(document.id, clock.ticks())
    if (!hospital.liar)
      world.broken.push(...brokenPromises(hospital, document), ...wrongCompany(hospital, document, world))
    world.seen.set(document.id, document)
    world.seenAt.set(document.id, clock.ticks())
    for (const other of world.hospitals) send(hospital, other, document)
    if (document.body.kind === 'vote' && hospital.habits.votes === 'twice') voteAgain(hospital, document)
  }

  function fetchFrom(asker: Hospital, study: Hash, hash: Hash): Uint8Array | null {
    for (const holder of world.hospitals) {
      if (holder === asker || !up(holder) || !linked(asker, holder)) continue
      const bytes = holder.store.shelf.get(hash)
      if (!bytes) continue
      const fault = holder.rounds?.mayLeave(study, hash, asker.id) ?? null
      if (fault) {
        world.refused.push(fault)
        continue
      }
      world.seenBlobs.add(hash)
      return bytes
    }
    return null
  }

  const world: World = {
    hospitals: [],
    seen: new Map(),
    seenBlobs: new Set(),
    seenAt: new Map(),
    blows: [],
    struck: (on, lasting) =>
      void world.blows.push({ on, from: clock.ticks(), until: clock.ticks() + lasting }),
    sums: [],
    refused: [],
    broken: [],
    cut: new Set(),
    opened: (by, work, sum) => void world.sums.push({ by, work, sum }),
    computes: (by, work) => void world.broken.push(...ignoredVotes(by, work)),
    gossipOf: (hospital, inLife) => ({
      publish(document) {
        const shown = hospital.liar ? hospital.liar.shown(document) : document
        if (shown) publish(hospital, shown)
      },
      fetch: (study, hash) =>
        new Promise((resolve, reject) => {
          const answer = inLife(() => {
            const bytes = fetchFrom(hospital, study, hash)
            if (bytes) resolve(bytes)
            else reject(new Error('nobody has it'))
          })
          clock.after(delay() * 2, answer)
        }),
      connected: () =>
        world.hospitals
          .filter((one) => one !== hospital && up(one) && linked(one, hospital))
          .map((one) => one.id),
    }),
    reconcile(a, b) {
      if (!up(a) || !up(b) || !linked(a, b)) return
      for (const [from, to] of [
        [a, b],
        [b, a],
      ] as const) {
        for (const document of [...from.store.documents.values()]) {
          if (from.liar?.hides(document.id)) continue
          if (!to.store.documents.has(document.id))
            clock.after(delayBetween(from, to), () => to.receive(document))
        }
      }
    },
  }
  return world
}
