/** Which rows of a long list to draw: from first up to but not including last, with the heights left free around them. */
export interface RowWindow {
  readonly first: number
  readonly last: number
  readonly above: number
  readonly below: number
}

const MARGIN = 12

/** The rows that a scrolled frame shows, and some more, for rows of one height. */
export function windowOf(rows: number, height: number, scrolled: number, shown: number): RowWindow {
  const first = Math.max(0, Math.min(rows, Math.floor(scrolled / height)) - MARGIN)
  const last = Math.min(rows, Math.ceil((scrolled + shown) / height) + MARGIN)
  return { first, last, above: first * height, below: (rows - last) * height }
}
