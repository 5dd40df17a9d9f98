/** Rows in the order of their times, those of one time together. */
export function groupTies(sorted: readonly number[], y: Float64Array): number[][] {
  const groups: number[][] = []
  for (const row of sorted) {
    const last = groups.at(-1)
    if (last && y[last[0]!] === y[row]) last.push(row)
    else groups.push([row])
  }
  return groups
}
