/** A function of several numbers: returns its value at a point, and writes its slope there. */
export type Objective = (point: Float64Array, slope: Float64Array) => number

const MEMORY = 12
const MOST_STEPS = 500
/** A step must gain at least this share of what the slope promises (Armijo 1966). */
const LEAST_GAIN = 1e-4
const SHORTEST = 1e-5

interface Move {
  readonly step: Float64Array
  readonly change: Float64Array
  readonly curve: number
}

/**
 * The lowest point of a smooth convex function by L-BFGS (Nocedal 1980) from `start` on: it ends where no slope is steeper
 * than `flat`, or where numbers allow no further gain. The same start gives the same point. `start` stays as it is.
 */
export function minimise(objective: Objective, start: Float64Array, flat = 1e-7): Float64Array {
  let point: Float64Array = Float64Array.from(start)
  let slope: Float64Array = new Float64Array(point.length)
  let value = objective(point, slope)
  const moves: Move[] = []
  for (let step = 0; step < MOST_STEPS && steepest(slope) > flat; step++) {
    const found = search(objective, { point, slope, value }, directionOf(slope, moves))
    if (!found) {
      // What was remembered of the curve misleads: go down the slope itself once more, then end.
      if (moves.length === 0) break
      moves.length = 0
      continue
    }
    const move = moveOf(found, point, slope)
    if (move) moves.push(move)
    if (moves.length > MEMORY) moves.shift()
    ;({ point, slope, value } = found)
  }
  return point
}

interface Place {
  readonly point: Float64Array
  readonly slope: Float64Array
  readonly value: number
}

/** Halves a step until it gains enough; null where none does. */
function search(objective: Objective, from: Place, direction: Float64Array): Place | null {
  const promised = dot(direction, from.slope)
  if (!(promised < 0)) return null
  for (let length = 1; length > SHORTEST; length /= 2) {
    const point = from.point.map((one, i) => one + length * (direction[i] ?? 0))
    const slope = new Float64Array(point.length)
    const value = objective(point, slope)
    if (value <= from.value + LEAST_GAIN * length * promised) return { point, slope, value }
  }
  return null
}

function moveOf(to: Place, point: Float64Array, slope: Float64Array): Move | null {
  const step = to.point.map((one, i) => one - (point[i] ?? 0))
  const change = to.slope.map((one, i) => one - (slope[i] ?? 0))
  const curve = dot(step, change)
  return curve > 1e-12 * dot(change, change) ? { step, change, curve } : null
}

/** The two loops of L-BFGS: minus the slope through the remembered curve. */
function directionOf(slope: Float64Array, moves: readonly Move[]): Float64Array {
  const direction = slope.map((one) => -one)
  const shares = new Map<Move, number>()
  for (const move of moves.toReversed()) {
    const share = dot(move.step, direction) / move.curve
    shares.set(move, share)
    addTo(direction, move.change, -share)
  }
  const last = moves.at(-1)
  // The first step is no longer than 1: nothing is known of the curve yet.
  const scale = last ? last.curve / dot(last.change, last.change) : 1 / Math.max(1, norm(slope))
  direction.forEach((one, i) => (direction[i] = one * scale))
  for (const move of moves) {
    const share = dot(move.change, direction) / move.curve
    addTo(direction, move.step, (shares.get(move) ?? 0) - share)
  }
  return direction
}

function addTo(out: Float64Array, what: Float64Array, times: number): void {
  for (let i = 0; i < out.length; i++) out[i] = (out[i] ?? 0) + times * (what[i] ?? 0)
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}

function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a))
}

function steepest(slope: Float64Array): number {
  return slope.reduce((most, one) => Math.max(most, Math.abs(one)), 0)
}
