/** Where a member flies on the loose ring: its place, heading (degrees) and where its name stands. */
export interface Perch {
  readonly x: number
  readonly y: number
  readonly turn: number
  readonly labelY: number
}

/** One of the birds that follow a hospital's own: where from it, how large, how faint. */
export interface Follower {
  readonly x: number
  readonly y: number
  readonly turn: number
  readonly size: number
  readonly faint: number
}

/** Spreads small differences evenly and the same at every drawing. */
const unevenness = (i: number) => ((i * 0.618034 + 0.31) % 1) - 0.5

/** Room for a hospital's name on either side, above and below. */
const EDGE = { x: 92, top: 36, bottom: 84 }

/** Places for so many members around the middle of a box, ours first and lowest, all heading the same way round. */
export function ring(members: number, width: number, height: number): Perch[] {
  const middle = { x: width / 2, y: (height - EDGE.bottom + EDGE.top) / 2 }
  const radius = { x: Math.max(60, width / 2 - EDGE.x), y: (height - EDGE.top - EDGE.bottom) / 2 }
  const loose = members > 16 ? 0.22 : 0.08
  return Array.from({ length: members }, (_, i) => {
    const slip = i === 0 ? 0 : unevenness(i) * 0.3
    const angle = Math.PI / 2 + (2 * Math.PI * (i + slip)) / members
    // Inwards only, so that nothing leaves the box.
    const stretch = 1 - (i === 0 ? 0 : loose * (0.5 + unevenness(i + 3)))
    const x = middle.x + radius.x * stretch * Math.cos(angle)
    const y = middle.y + radius.y * stretch * Math.sin(angle)
    return { x, y, turn: (angle * 180) / Math.PI + 180 + 20 * unevenness(i + 7), labelY: y + 46 }
  })
}

/** The birds that follow a member's own in a loose wedge, the same for the same member. */
export function followersOf(member: number, birds: number): Follower[] {
  return Array.from({ length: birds }, (_, k) => {
    const n = member * 13 + k * 3
    const side = k % 2 === 0 ? 1 : -1
    return {
      x: side * (11 + 4.2 * k) + 9 * unevenness(n),
      y: 8 + 5.5 * k + 12 * unevenness(n + 5),
      turn: 26 * unevenness(n + 1),
      size: 1.75 - 0.1 * k + 0.5 * unevenness(n + 2),
      faint: 0.8 - 0.07 * k,
    }
  })
}

/** A name on at most two lines of about the same length. */
export function twoLines(name: string): [string] | [string, string] {
  const ONE_LINE = 18
  if (name.length <= ONE_LINE || !name.includes(' ')) return [name]
  const spaces = [...name.matchAll(/ /g)].map((match) => match.index)
  const middle = name.length / 2
  const at = spaces.toSorted((a, b) => Math.abs(a - middle) - Math.abs(b - middle))[0] ?? name.length
  return [name.slice(0, at), name.slice(at + 1)]
}
