/** The outline of one bird, wings 10 wide, flying up the page when not turned. */
export const BIRD = 'M-5-2C-3-2.6-1-1.6 0 .4 1-1.6 3-2.6 5-2 3-1.6 1.2-.2 0 2-1.2-.2-3-1.6-5-2Z'

/** Where a bird of a flock is, how it is turned (degrees), how large, and how far (0 near, 1 far). */
export interface Bird {
  readonly x: number
  readonly y: number
  readonly turn: number
  readonly size: number
  readonly far: number
}

/** The golden angle spreads numbers evenly without a generator: the same flock at every drawing. */
const spread = (n: number, by: number) => (n * by) % 1

/** A murmuration of so many birds in a box: a band that swells, thins and bends, as starlings do. */
export function murmuration(birds: number, width: number, height: number): Bird[] {
  return Array.from({ length: birds }, (_, i) => {
    const along = spread(i, 0.618034)
    const across = spread(i, 0.754878) - 0.5
    const depth = spread(i, 0.569841)
    const swell =
      0.16 +
      0.62 * Math.exp(-(((along - 0.62) / 0.19) ** 2)) +
      0.26 * Math.exp(-(((along - 0.2) / 0.12) ** 2))
    const bend = 0.5 + 0.2 * Math.sin(along * 5.4 + 0.9)
    return {
      x: width * (0.03 + 0.94 * along),
      y: height * (bend + across * swell * 0.86),
      turn: 24 * Math.cos(along * 5.4 + 0.9) + 22 * across,
      size: 0.42 + 0.62 * (1 - depth),
      far: depth,
    }
  })
}

/** The transform that puts a bird in its place. */
export function placed({ x, y, turn, size }: Bird): string {
  return `translate(${x.toFixed(1)} ${y.toFixed(1)}) rotate(${turn.toFixed(1)}) scale(${size.toFixed(2)})`
}
