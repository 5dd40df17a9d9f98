/** Moves places on a line as little as it takes to stand at least a gap apart, each in its order. */
export function apart(places: readonly number[], gap: number): number[] {
  const order = places.map((at, i) => ({ at, i })).toSorted((a, b) => a.at - b.at)
  const moved = [...places]
  let group: typeof order = []
  const settle = () => {
    const middle = group.reduce((sum, { at }) => sum + at, 0) / group.length
    for (const [k, { i }] of group.entries()) moved[i] = middle + (k - (group.length - 1) / 2) * gap
  }
  for (const one of order) {
    const last = group.at(-1)
    const near = last !== undefined && one.at - (moved[last.i] ?? 0) < gap
    group = near ? [...group, one] : [one]
    settle()
  }
  return moved
}
