import { NORMALISATION_FLOOR } from '#trainer/compute/normalise.ts'
import type { Activation } from '#trainer/models/layout.ts'
import { bytesOf, type LayerPlace, panelsOf, type Places, upToFour } from './places.ts'
import type { Kernels } from './recipe.ts'

/** One thread of a team: which of how many. Each computes some panels of every matrix, so that no number depends on how many there are. */
export interface Part {
  readonly part: number
  readonly parts: number
}

/** Activations as the kernels number them. */
const kinds: Readonly<Record<Activation, number>> = { linear: 0, relu: 1, tanh: 2, sigmoid: 3, gelu: 4 }

/** The panels of so many columns that a thread computes: the first, and how many. */
function shareOf(width: number, { part, parts }: Part) {
  const panels = panelsOf(width)
  const first = Math.floor((part * panels) / parts)
  return { first, panels: Math.floor(((part + 1) * panels) / parts) - first }
}

/** Takes the parameters, which lie in their place, into every layer's own form. */
export function packParams(kernels: Kernels, { params, layers }: Places, part: Part): void {
  const packRow = (slice: { offset: number }, to: number, units: number) =>
    kernels.pack(params + 8 * slice.offset, to, 1, units, 1)
  for (const { layer, weights, turned, bias, normaliser } of layers) {
    const { inputs, units, normalisation } = layer
    const { first, panels } = shareOf(inputs, part)
    const rows = Math.min(8 * panels, inputs - 8 * first)
    const from = params + 8 * (layer.weights.offset + 8 * first * units)
    kernels.pack(from, weights + 8 * first * 32, rows, units, inputs)
    if (turned !== 0) kernels.packTurned(from, turned + bytesOf(units, 8 * first), rows, units)
    if (part.part > 0) continue
    packRow(layer.bias, bias, units)
    if (!normaliser || !normalisation) continue
    packRow(normalisation.gain, normaliser.gain, units)
    packRow(normalisation.shift, normaliser.shift, units)
  }
}

/** From the input to the last layer's values. `masked` says whether masks lie in their places. */
export function passForward(kernels: Kernels, places: Places, masked: boolean, part: Part): void {
  const { tall, input, layers } = places
  let before = input
  for (const [i, place] of layers.entries()) {
    const { layer, values } = place
    kernels.meet()
    multiply(kernels, place, before, tall, part)
    normalise(kernels, place, tall, part)
    const { at, bytes } = stripOf(layer.units, tall, part)
    if (values !== place.sums) kernels.activate(kinds[layer.activation], place.sums + at, values + at, bytes)
    const dropped = masked && i < layers.length - 1
    if (dropped) kernels.times(values + at, place.mask + at, place.kept + at, bytes)
    before = dropped ? place.kept : values
  }
}

/** Where a thread's panels of a batch begin, and how many bytes they are. */
function stripOf(width: number, tall: number, part: Part) {
  const { first, panels } = shareOf(width, part)
  return { at: first * tall * 32, bytes: panels * tall * 32 }
}

function multiply(kernels: Kernels, place: LayerPlace, before: number, tall: number, part: Part): void {
  const { inputs, units } = place.layer
  const { first, panels } = shareOf(units, part)
  const to = place.sums + first * tall * 32
  const start = place.bias + first * 32
  kernels.multiply(before, tall, place.weights + first * inputs * 32, start, to, tall, inputs, panels)
}

/** A row's normalisation needs all of it: one thread does it while the others wait. */
function normalise(kernels: Kernels, { layer, sums, normaliser }: LayerPlace, tall: number, { part }: Part) {
  if (!normaliser) return
  const { normal, inverses, gain, shift, live } = normaliser
  kernels.meet()
  if (part === 0)
    kernels.normalise(sums, normal, inverses, gain, shift, live, tall, layer.units, NORMALISATION_FLOOR)
  kernels.meet()
}

/** From the last layer's derivatives to the gradient in its place. */
export function passBack(kernels: Kernels, places: Places, masked: boolean, part: Part): void {
  const { tall, input, layers, zeros } = places
  for (let i = layers.length - 1; i >= 0; i--) {
    const place = layers[i]
    const before = layers[i - 1]
    if (!place) continue
    kernels.meet()
    normaliseBack(kernels, places, place, part)
    addGradient(kernels, places, place, before ? (masked ? before.kept : before.values) : input, part)
    if (!before) continue
    const { inputs, units } = place.layer
    const { first, panels } = shareOf(inputs, part)
    const { at, bytes } = stripOf(inputs, tall, part)
    const to = before.deltas + at
    const turned = place.turned + first * units * 32
    kernels.multiply(place.deltas, tall, turned, zeros, to, tall, units, panels)
    if (masked) kernels.times(to, before.mask + at, to, bytes)
    kernels.slope(kinds[before.layer.activation], to, before.sums + at, before.values + at, bytes)
  }
}

function normaliseBack(
  kernels: Kernels,
  { tall, gradient }: Places,
  { layer, deltas, normaliser }: LayerPlace,
  { part }: Part,
): void {
  const { normalisation, units } = layer
  if (!normaliser || !normalisation) return
  const { normal, inverses, gain, live, gainSlope, shiftSlope } = normaliser
  if (part === 0) {
    kernels.normaliseBack(deltas, normal, inverses, gain, live, gainSlope, shiftSlope, tall, units)
    kernels.unpack(gainSlope, gradient + 8 * normalisation.gain.offset, 1, units, 1, units)
    kernels.unpack(shiftSlope, gradient + 8 * normalisation.shift.offset, 1, units, 1, units)
  }
  kernels.meet()
}

function addGradient(
  kernels: Kernels,
  { tall, gradient }: Places,
  place: LayerPlace,
  before: number,
  part: Part,
): void {
  const { layer, weightSlope, biasSlope } = place
  const { inputs, units, weights, bias } = layer
  const { first, panels } = shareOf(units, part)
  const columns = Math.min(8 * panels, units - 8 * first)
  const tallSlope = upToFour(inputs)
  const deltas = place.deltas + first * tall * 32
  const slope = weightSlope + first * tallSlope * 32
  const to = gradient + 8 * (weights.offset + 8 * first)
  kernels.multiplyTurned(before, deltas, slope, tall, tallSlope, panels)
  kernels.unpack(slope, to, inputs, columns, tallSlope, units)
  kernels.sumRows(deltas, biasSlope + first * 32, tall, panels)
  kernels.unpack(biasSlope + first * 32, gradient + 8 * (bias.offset + 8 * first), 1, columns, 1, units)
}
