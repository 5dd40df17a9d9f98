import type { DenseLayer, Layout } from '#trainer/models/layout.ts'
import { curves } from './activation.ts'

/** One layer's numbers for a batch, kept between steps. */
interface Room {
  readonly layer: DenseLayer
  /** Before and after activation, and the loss's derivative by the former. */
  readonly sums: Float64Array
  readonly values: Float64Array
  readonly deltas: Float64Array
}

/** What a pass forward leaves: outputs of the batch, and the place for the loss's derivative by them. Longer than the batch needs. */
export interface Ends {
  readonly values: Float64Array
  readonly deltas: Float64Array
}

/** Passes through a dense network, row after row, in rooms that grow with the largest batch. */
export function createPasses(model: Pick<Layout, 'layers'>) {
  let rooms: readonly Room[] = []
  let space = 0

  function makeRoom(height: number): void {
    if (height <= space) return
    space = height
    rooms = model.layers.map((layer) => {
      const array = () => new Float64Array(height * layer.units)
      const sums = array()
      return { layer, sums, values: layer.activation === 'linear' ? sums : array(), deltas: array() }
    })
  }

  function forward(params: Float64Array, input: Float64Array, height: number): Ends {
    makeRoom(height)
    let ends: Ends = { values: input, deltas: input }
    for (const room of rooms) {
      passForward(room, params, ends.values, height)
      ends = room
    }
    return ends
  }

  /** From the derivatives that the last forward pass's end was given to the gradient of every parameter. */
  function backward(params: Float64Array, input: Float64Array, height: number, gradient: Float64Array): void {
    gradient.fill(0)
    for (let i = rooms.length - 1; i >= 0; i--) {
      const room = rooms[i]
      const before = rooms[i - 1]
      if (!room) continue
      addGradient(room, before?.values ?? input, height, gradient)
      if (before) passBack(room, before, params, height)
    }
  }

  return { forward, backward }
}

// In the three loops below every index is inside its array by the layout, so the casts of reads are safe.

function passForward(room: Room, params: Float64Array, before: Float64Array, height: number): void {
  const { layer, sums, values } = room
  const { inputs, units, weights, bias } = layer
  const curve = curves[layer.activation]
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
    if (values === sums) continue
    for (let j = to; j < to + units; j++) values[j] = curve.of(sums[j] as number)
  }
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

function passBack(room: Room, before: Room, params: Float64Array, height: number): void {
  const { inputs, units, weights } = room.layer
  const curve = curves[before.layer.activation]
  for (let row = 0; row < height; row++) {
    for (let i = 0; i < inputs; i++) {
      const from = weights.offset + i * units
      let sum = 0
      for (let j = 0; j < units; j++)
        sum += (params[from + j] as number) * (room.deltas[row * units + j] as number)
      const at = row * inputs + i
      before.deltas[at] = sum * curve.slope(before.sums[at] as number, before.values[at] as number)
    }
  }
}
