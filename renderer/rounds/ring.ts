/** Where a member flies on the loose ring: its place, heading (degrees), and on which side its name stands. */
export interface Perch {
  readonly x: number
  readonly y: number
  readonly turn: number
  readonly anchor: 'start' | 'middle' | 'end'
  readonly labelX: number
  readonly labelY: number
}

/** Spreads small differences evenly and the same at every drawing. */
const unevenness = (i: number) => ((i * 0.618034 + 0.31) % 1) - 0.5

/** Places for so many members around the middle of a box, ours first and lowest, all heading the same way round. */
export function ring(members: number, width: number, height: number): Perch[] {
  const radius = { x: width / 2 - 150, y: height / 2 - 56 }
  const loose = members > 16 ? 0.13 : 0.09
  return Array.from({ length: members }, (_, i) => {
    const angle = Math.PI / 2 + (2 * Math.PI * (i + (i === 0 ? 0 : unevenness(i) * 0.34))) / members
    const stretch = 1 + loose * 2 * unevenness(i + 3)
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
    const x = width / 2 + radius.x * stretch * cos
    const y = height / 2 + radius.y * stretch * sin
    const side = cos > 0.35 ? 1 : cos < -0.35 ? -1 : 0
    return {
      x,
      y,
      turn: (angle * 180) / Math.PI + 180 + 24 * unevenness(i + 7),
      anchor: side > 0 ? 'start' : side < 0 ? 'end' : 'middle',
      labelX: x + side * 26,
      labelY: y + (side === 0 ? Math.sign(sin) * 34 : 0),
    }
  })
}
