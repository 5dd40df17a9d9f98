/**
 * The fewest rows on which some combination of columns is not 0: of every hyperplane through kinds of rows (rows that are alike) those
 * beside it. By enumeration of all, apart from the product's own rules; for few columns. Infinity where every combination is 0 everywhere.
 */
export function fewestApart(rows: readonly (readonly number[])[]): number {
  const kinds = new Map<string, { row: readonly number[]; count: number }>()
  for (const row of rows) {
    const kind = kinds.get(row.join()) ?? { row, count: 0 }
    kinds.set(row.join(), { row, count: kind.count + 1 })
  }
  const all = [...kinds.values()].toSorted((a, b) => b.count - a.count)
  let fewest = Infinity
  const rank = rankOf(
    all.map(({ row }) => row),
    rows[0]!.length,
  )
  const walk = (from: number, basis: readonly (readonly number[])[]) => {
    if (basis.length === rank - 1) {
      const beside = all.reduce((sum, { row, count }) => sum + (isNought(reduced(row, basis)) ? 0 : count), 0)
      if (beside > 0) fewest = Math.min(fewest, beside)
      return
    }
    for (let i = from; i < all.length; i++) {
      const rest = reduced(all[i]!.row, basis)
      if (!isNought(rest)) walk(i + 1, [...basis, rest])
    }
  }
  walk(0, [])
  return fewest
}

function rankOf(rows: readonly (readonly number[])[], most: number): number {
  const basis: (readonly number[])[] = []
  for (const row of rows) {
    const rest = reduced(row, basis)
    if (!isNought(rest)) basis.push(rest)
    if (basis.length === most) break
  }
  return basis.length
}

/** What is left of a row beside these, which are at right angles to each other. */
function reduced(row: readonly number[], basis: readonly (readonly number[])[]): readonly number[] {
  let rest = row
  for (const one of basis) {
    const by = dot(rest, one) / dot(one, one)
    rest = rest.map((value, i) => value - by * one[i]!)
  }
  return rest
}

function isNought(row: readonly number[]): boolean {
  return row.every((one) => Math.abs(one) < 1e-7)
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, one, i) => sum + one * b[i]!, 0)
}
