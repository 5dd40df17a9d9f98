import { describe, expect, test } from 'vitest'
import { guardFault, type MaybeOpened } from '#network/rounds/guard.ts'
import { createDice } from '../../simulation/clock.ts'
import { makeHistory, type Guard, type History } from './histories.ts'
import { rankOf } from './rank.ts'

const HISTORIES = 10_000

/** Every opened sum says one equation for each part of its input, of what honest members' parts are; colluders know their own. */
function equationsOf({ sums, colluders }: History) {
  const places = new Map<string, number>()
  const owners: string[] = []
  const equations = sums.flatMap((members) => {
    const honest = [...members].filter(([id]) => !colluders.has(id))
    const parts = honest[0]?.[1].length ?? 0
    return Array.from({ length: parts }, (_, part) =>
      honest.map(([id, tokens]) => {
        const token = tokens[part]!
        if (!places.has(token)) owners.push(id)
        const place = places.get(token) ?? places.size
        places.set(token, place)
        return place
      }),
    )
  })
  const distinct = [...new Map(equations.map((one) => [one.toSorted((a, b) => a - b).join(), one])).values()]
  const matrix = distinct.map((equation) => owners.map((_, place) => Number(equation.includes(place))))
  return { matrix, owners }
}

/**
 * Whether colluders can combine what they opened, with any rational factors, into something that rests on fewer honest members
 * than a smallest sum leaves: some combination that is not nothing has no part of anybody else.
 */
function singlesOut(history: History): boolean {
  const { matrix, owners } = equationsOf(history)
  const rank = rankOf(matrix)
  const honest = [...new Set(owners)]
  const fewest = history.fewest - history.colluders.size
  return subsets(honest)
    .filter((few) => few.length > 0 && few.length < fewest)
    .some((few) => rankOf(matrix.map((row) => row.filter((_, i) => !few.includes(owners[i]!)))) < rank)
}

function subsets<T>(list: readonly T[]): T[][] {
  return list.reduce<T[][]>((sets, one) => [...sets, ...sets.map((set) => [...set, one])], [[]])
}

function firstFound(guard: Guard, histories: number): number | null {
  for (let seed = 1; seed <= histories; seed++)
    if (singlesOut(makeHistory(createDice(seed), guard))) return seed
  return null
}

describe('whatever colluders open of a history, fewer than the page says', () => {
  test('no combination of sums rests on fewer members than the smallest sum', () => {
    expect(firstFound(guardFault, HISTORIES)).toBeNull()
  })

  test('and sums are opened, repeated and added up over others all the same', () => {
    const sums = Array.from(
      { length: 500 },
      (_, seed) => makeHistory(createDice(seed), guardFault).sums.length,
    )
    expect(sums.reduce((a, b) => a + b)).toBeGreaterThan(600)
  })

  const but =
    (change: (one: MaybeOpened) => MaybeOpened): Guard =>
    (member, earlier, now) =>
      guardFault(member, earlier.map(change), now)
  test.each<[string, Guard]>([
    ['off', () => null],
    [
      'off for training',
      (id, earlier, now, kind) => (kind === 'training' ? null : guardFault(id, earlier, now)),
    ],
    [
      'off for exact fits',
      (id, earlier, now, kind) => (kind === 'exact' ? null : guardFault(id, earlier, now)),
    ],
    ['that believes of everybody that its mask stays closed', but((one) => ({ ...one, closed: () => true }))],
    ['that looks at the latest sum alone', (id, earlier, now) => guardFault(id, earlier.slice(-1), now)],
    [
      'that compares members and not what they read',
      (id, earlier, now) => {
        const bare = (of: ReadonlyMap<string, readonly string[]>) =>
          new Map([...of].map(([one, tokens]) => [one, one === id ? tokens : tokens.map(() => one)]))
        return guardFault(
          id,
          earlier.map((one) => ({ ...one, members: bare(one.members) })),
          bare(now),
        )
      },
    ],
  ])('a guard %s is found', (_, guard) => {
    expect(firstFound(guard, 2000)).not.toBeNull()
  })
})
