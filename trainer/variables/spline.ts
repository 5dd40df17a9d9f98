/**
 * Restricted cubic splines (Stone and Koo 1985, as Harrell writes them): curves that are smooth at their knots and straight beyond
 * the outer ones. Beside the value itself they take as many more features as there are knots, less two.
 */
export function splineOf(knots: readonly number[], index: number): (value: number) => number {
  const [first, from] = [knots[0] ?? 0, knots[index] ?? 0]
  const [before, last] = [knots.at(-2) ?? 0, knots.at(-1) ?? 0]
  const width = last - before
  const scale = (last - first) ** 2
  const beyond = (value: number, knot: number) => Math.max(0, value - knot) ** 3
  return (value) =>
    (beyond(value, from) -
      (beyond(value, before) * (last - from)) / width +
      (beyond(value, last) * (before - from)) / width) /
    scale
}

/**
 * Where curves with these knots can be 0 outside and not inside: a sum of such a curve is about the patients inside alone. Each
 * as its ends, both outside.
 */
export function partsOfCurves(knots: readonly number[]): readonly (readonly [number, number])[] {
  const at = (index: number) => knots[index] ?? Infinity
  const inner = knots.slice(4).map((end, i) => [at(i), end] as const)
  return [[-Infinity, at(2)], ...inner, [at(knots.length - 3), Infinity]]
}
