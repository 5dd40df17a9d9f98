import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { routesOf } from '#network/gossip/routes.ts'

const circle = (count: number) =>
  Array.from({ length: count }, (_, i) => `member ${String(i).padStart(2, '0')}`)

/** Lets a document travel from its author as every member's routes say, over the connections that there are. */
function travel(members: readonly string[], author: string, isLinked: (a: string, b: string) => boolean) {
  const all = new Set(members)
  const came = new Map<string, number>()
  const sent = new Map<string, number>()
  let wave = [author]
  let steps = 0
  for (; wave.length > 0; steps++) {
    const next: string[] = []
    for (const one of wave) {
      const isThere = (id: string) => isLinked(one, id)
      const routes = routesOf(all, one)
      const targets = [...(one === author ? routes.first(isThere) : []), ...routes.onward(author)].filter(
        isThere,
      )
      sent.set(one, targets.length)
      for (const to of targets) {
        came.set(to, (came.get(to) ?? 0) + 1)
        if (came.get(to) === 1) next.push(to)
      }
    }
    wave = next
  }
  return { came, sent, steps: steps - 1 }
}

test('in circles of every size a document reaches each member once, in two steps at most', () => {
  for (let count = 3; count <= 50; count++) {
    const members = circle(count)
    for (const author of [members[0]!, members[count - 1]!, members[Math.floor(count / 2)]!]) {
      const { came, sent, steps } = travel(members, author, () => true)
      expect([...came.values()]).toEqual(Array.from({ length: count - 1 }, () => 1))
      expect(came.has(author)).toBe(false)
      expect(steps).toBeLessThanOrEqual(2)
      // Nobody carries more than a few: of fifty at most thirteen for one's own, and seven for another's.
      if (count > 9) expect(Math.max(...sent.values())).toBeLessThanOrEqual(2 * Math.ceil(Math.sqrt(count)))
    }
  }
})

test('who is not there keeps a document from nobody else that its author reaches', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 3, max: 50 }),
      fc.array(fc.nat(49), { maxLength: 20 }),
      fc.nat(49),
      (count, gone, first) => {
        const members = circle(count)
        const author = members[first % count]!
        const away = new Set(gone.map((one) => members[one % count]!).filter((one) => one !== author))
        const { came } = travel(members, author, (_, to) => !away.has(to))
        const there = members.filter((one) => one !== author && !away.has(one))
        expect([...came.keys()].toSorted()).toEqual(there)
        expect([...came.values()].every((times) => times === 1)).toBe(true)
      },
    ),
    { numRuns: 200 },
  )
})

test('comparing with some when it is quiet brings what one has to all, whoever is away', () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 50 }), fc.array(fc.nat(49), { maxLength: 20 }), (count, gone) => {
      const members = circle(count)
      const away = new Set(gone.map((one) => members[one % count]!))
      const there = members.filter((one) => !away.has(one))
      const has = new Set(there.slice(0, 1))
      for (let step = 0; step < 7; step++) {
        const pairs = there.flatMap((one) =>
          routesOf(new Set(members), one)
            .some((id) => !away.has(id))
            .map((other) => [one, other] as const),
        )
        const holders = new Set(has)
        for (const [a, b] of pairs) if (holders.has(a) || holders.has(b)) has.add(a).add(b)
        if (there.length > 1) expect(pairs.length).toBeLessThanOrEqual(there.length * 6)
      }
      expect(has.size).toBe(there.length)
    }),
    { numRuns: 100 },
  )
})
