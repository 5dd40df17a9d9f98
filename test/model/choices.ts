import { canonical } from '#domain/canonical.ts'
import type { Abandon, Document } from '#domain/documents.ts'

/** All subsets of a list with at least so many members, in the list's order. */
export function subsets<T>(list: readonly T[], atLeast: number): T[][] {
  const all = list.reduce<T[][]>((sets, one) => [...sets, ...sets.map((set) => [...set, one])], [[]])
  return all.filter((set) => set.length >= atLeast)
}

/** All ways to take one value each of at least so many groups. */
export function choices<T>(groups: ReadonlyMap<string, readonly T[]>, atLeast: number): T[][] {
  return subsets([...groups.values()], atLeast).flatMap((chosen) =>
    chosen.reduce<T[][]>((ways, group) => ways.flatMap((way) => group.map((one) => [...way, one])), [[]]),
  )
}

/** One of each kind, the first. */
export function oneOfEach<T>(list: readonly T[], kind: (one: T) => string): T[] {
  return [...Map.groupBy(list, kind).values()].map((group) => group[0] as T)
}

/** What a roster can make of these promises: who made them, what they claim, and whether an update is spent. */
export function profileOf(promises: readonly Document<Abandon>[]): string {
  return JSON.stringify([
    promises.map((one) => one.author).toSorted(),
    promises.some((one) => one.body.revealed),
    [...new Set(promises.map((one) => canonical(one.body.certified)))].toSorted(),
  ])
}
