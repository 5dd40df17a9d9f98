import { scaleLinear } from 'd3-scale'

const LEFT = 46
const TOP = 28
const MARGIN = { x: 62, y: 72 }
const LARGEST = 440
/** A legend stands beside the plot where there is so much room, else within it. */
const LEGEND = 190

/** A plot from 0 to 1 both ways, as large as a panel of this width lets it be. */
export function squareIn(width: number) {
  const side = Math.min(width - MARGIN.x, LARGEST)
  return {
    side,
    height: side + MARGIN.y,
    x: scaleLinear([0, 1], [LEFT, LEFT + side]),
    y: scaleLinear([0, 1], [TOP + side, TOP]),
    /** Where a legend stands beside it; null without room. */
    beside: width - LEFT - side >= LEGEND ? { x: LEFT + side + 20, y: TOP + 12 } : null,
  }
}
