/** Counts of added rows by the rank of their score (Fenwick 1994). */
export function createRanks(scores: Float64Array) {
  const distinct = [...new Set(scores)].toSorted((a, b) => a - b)
  const ranks = new Map(distinct.map((score, i) => [score, i + 1]))
  const tree = new Float64Array(distinct.length + 1)
  const rankOf = (row: number) => ranks.get(scores[row] ?? 0) ?? 0
  const upTo = (rank: number) => {
    let sum = 0
    for (let at = rank; at > 0; at -= at & -at) sum += tree[at] ?? 0
    return sum
  }
  return {
    add(row: number) {
      for (let at = rankOf(row); at > 0 && at < tree.length; at += at & -at) tree[at] = (tree[at] ?? 0) + 1
    },
    /** Added rows with a lower score than this row's, the same one, and a higher one. */
    count(row: number) {
      const rank = rankOf(row)
      const below = upTo(rank - 1)
      const equal = upTo(rank) - below
      return { below, equal, above: upTo(distinct.length) - below - equal }
    },
  }
}
