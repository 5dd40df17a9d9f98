import type { DenseLayer, Layout } from '#trainer/models/layout.ts'
import { curves } from './activation.ts'
import type { Masks } from './engine.ts'
import { createNormaliser, type Normaliser } from './normalise.ts'

/** One layer's numbers for a batch, kept between steps. */
interface Room {
  readonly layer: DenseLayer
  /** Before and after activation, after dropout, and the loss's derivative by the first. */
  readonly sums: Float64Array
  readonly values: Float64Array
  readonly kept: Float64Array
  readonly deltas: Float64Array
  readonly normaliser: Normaliser | null
}

/** What a pass forward leaves: outputs of the batch, and the place for the loss's derivative by them. Longer than the batch needs. */
export interface Ends {
  readonly values: Float64Array
  readonly deltas: Float64Array
}

/** What a layer is masked by, from its sums before activation, which are longer than the batch needs. */
type Masking = Masks | ((layer: number, sums: Float64Array) => Float32Array | undefined) | null

/** Passes through a dense network, row after row, in rooms that grow with the largest batch. */
export function createPasses(model: Pick<Layout, 'layers'>) {
  let rooms: readonly Room[] = []
  let squares = new Float64Array(0)
  let space = 0

  function makeRoom(height: number): void {
    if (height <= space) return
    space = height
    squares = new Float64Array(height)
    rooms = model.layers.map((layer, i) => roomFor(layer, height, i === model.layers.length - 1))
  }

  /** Masks, one for each hidden layer, multiply its values: dropout. They may depend on the layer's sums. */
  function forward(params: Float64Array, input: Float64Array, height: number, masks?: Masking): Ends {
    makeRoom(height)
    let before = input
    for (const [i, room] of rooms.entries()) {
      passForward(room, params, before, height)
      before = keep(room, typeof masks === 'function' ? masks(i, room.sums) : masks?.[i], height)
    }
    return rooms.at(-1) ?? { values: input, deltas: input }
  }

  /** From the derivatives that the last forward pass's end was given to the gradient of every parameter. */
  function backward(
    params: Float64Array,
    input: Float64Array,
    height: number,
    gradient: Float64Array,
    masks?: Masks | null,
  ): void {
    gradient.fill(0)
    squares.fill(0)
    for (let i = rooms.length - 1; i >= 0; i--) {
      const room = rooms[i]
      const before = rooms[i - 1]
      if (!room) continue
      room.normaliser?.backward(params, room.deltas, height, gradient, squares)
      addGradient(room, before ? keptOf(before, masks?.[i - 1]) : input, height, gradient)
      if (before) passBack(room, before, params, height, masks?.[i - 1])
    }
  }

  /** Squared lengths of each row's own gradient by the first `shared` parameters, after a pass back. */
  function rowSquares(
    input: Float64Array,
    height: number,
    shared: number,
    masks?: Masks | null,
  ): Float64Array {
    const found = squares.slice(0, height)
    for (const [i, { layer, deltas }] of rooms.entries()) {
      const before = rooms[i - 1]
      const inner = squaresOf(before ? keptOf(before, masks?.[i - 1]) : input, layer.inputs, height)
      const outer = squaresOf(deltas, layer.units, height)
      for (let row = 0; row < height; row++)
        found[row] =
          (found[row] as number) + weigh(layer, shared, inner[row] as number) * (outer[row] as number)
    }
    return found
  }

  return { forward, backward, rowSquares }
}

function roomFor(layer: DenseLayer, height: number, isLast: boolean): Room {
  const array = () => new Float64Array(height * layer.units)
  const sums = array()
  const values = layer.activation === 'linear' ? sums : array()
  const kept = isLast ? values : array()
  const normaliser = layer.normalisation ? createNormaliser(layer.normalisation, height) : null
  return { layer, sums, values, kept, deltas: array(), normaliser }
}

/** What the square of a row's derivatives counts for: for the weights as often as what came in, and once for the bias. */
export function weigh({ weights, bias }: DenseLayer, shared: number, inner: number): number {
  return (weights.offset < shared ? inner : 0) + (bias.offset < shared ? 1 : 0)
}

function squaresOf(values: Float64Array, width: number, height: number): Float64Array {
  return Float64Array.from({ length: height }, (_, row) => {
    let sum = 0
    for (let at = row * width; at < (row + 1) * width; at++) sum += (values[at] as number) ** 2
    return sum
  })
}

/** A layer's values as the next one sees them. */
function keptOf(room: Room, mask: Float32Array | undefined): Float64Array {
  return mask ? room.kept : room.values
}

function keep(room: Room, mask: Float32Array | undefined, height: number): Float64Array {
  if (!mask) return room.values
  const { kept, values, layer } = room
  for (let i = 0; i < height * layer.units; i++) kept[i] = (values[i] as number) * (mask[i] as number)
  return kept
}

// In the three loops below every index is inside its array by the layout, so the casts of reads are safe.

function passForward(room: Room, params: Float64Array, before: Float64Array, height: number): void {
  const { layer, sums, values } = room
  const { inputs, units, weights, bias } = layer
  for (let row = 0; row < height; row++) {
    const to = row * units
    for (let j = 0; j < units; j++) sums[to + j] = params[bias.offset + j] as number
    for (let i = 0; i < inputs; i++) {
      const value = before[row * inputs + i] as number
      if (value === 0) continue
      const from = weights.offset + i * units
      for (let j = 0; j < units; j++) {
        sums[to + j] = (sums[to + j] as number) + value * (params[from + j] as number)
      }
    }
  }
  room.normaliser?.forward(params, sums, height)
  if (values === sums) return
  const curve = curves[layer.activation]
  for (let j = 0; j < height * units; j++) values[j] = curve.of(sums[j] as number)
}

function addGradient(room: Room, before: Float64Array, height: number, gradient: Float64Array): void {
  const { layer, deltas } = room
  const { inputs, units, weights, bias } = layer
  for (let row = 0; row < height; row++) {
    const from = row * units
    for (let j = 0; j < units; j++) {
      gradient[bias.offset + j] = (gradient[bias.offset + j] as number) + (deltas[from + j] as number)
    }
    for (let i = 0; i < inputs; i++) {
      const value = before[row * inputs + i] as number
      if (value === 0) continue
      const to = weights.offset + i * units
      for (let j = 0; j < units; j++) {
        gradient[to + j] = (gradient[to + j] as number) + value * (deltas[from + j] as number)
      }
    }
  }
}

function passBack(
  room: Room,
  before: Room,
  params: Float64Array,
  height: number,
  mask: Float32Array | undefined,
): void {
  const { inputs, units, weights } = room.layer
  const curve = curves[before.layer.activation]
  for (let row = 0; row < height; row++) {
    for (let i = 0; i < inputs; i++) {
      const from = weights.offset + i * units
      let sum = 0
      for (let j = 0; j < units; j++)
        sum += (params[from + j] as number) * (room.deltas[row * units + j] as number)
      const at = row * inputs + i
      const slope = curve.slope(before.sums[at] as number, before.values[at] as number)
      before.deltas[at] = mask ? sum * slope * (mask[at] as number) : sum * slope
    }
  }
}
