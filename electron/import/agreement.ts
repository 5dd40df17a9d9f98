import { isMissingAmongNumbers, ownText } from './words.ts'

/** So many different words that fit nothing show that a column is one of words. */
const MAX_ODD = 60
const MAX_CODE = 60
const MAX_LISTED = 20

/** Whether all words of a column can be read in one way, of eight at most, but for a few that may mean missing. */
export function createAgreement(any: number, waysOf: (word: string) => number) {
  const odd = new Map<string, number>()
  /** Cells by the ways in which they can be read. */
  const counts = new Float64Array(256)
  let mask = any
  let agreed = 0
  let tooMany = false

  const holds = () => mask !== 0 && agreed > total(odd) && strange().length === 0
  /** Words that fit nothing and do not mean missing. */
  function strange(): [string, number][] {
    return [...odd].filter(([word]) => !isMissingAmongNumbers(word))
  }
  return {
    take(word: string, count: number): void {
      // A column of words needs no more looking.
      if (tooMany) return
      const ways = waysOf(word)
      if (ways === 0) {
        odd.set(ownText(word), (odd.get(word) ?? 0) + count)
        if (odd.size > MAX_ODD) tooMany = true
        return
      }
      mask &= ways
      agreed += count
      counts[ways] = (counts[ways] ?? 0) + count
    },
    isOpen: () => mask !== 0 && !tooMany,
    tooMany: () => tooMany,
    mask: () => mask,
    counts: () => counts,
    agreed: () => agreed,
    holds: () => !tooMany && holds(),
    strange,
    odd: () => total(odd),
    codes: () => new Set([...odd.keys()].filter((word) => isMissingAmongNumbers(word))),
    all: () => [...odd],
  }
}

function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0)
}

/** Codes as a person sees them, most frequent first. */
export function listed(codes: readonly (readonly [string, number])[]) {
  return codes
    .filter(([code, count]) => code.length <= MAX_CODE && count > 0)
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, MAX_LISTED)
    .map(([code, count]) => ({ code, count }))
}
