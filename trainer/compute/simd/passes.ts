import { NORMALISATION_FLOOR } from '#trainer/compute/normalise.ts'
import type { Activation } from '#trainer/models/layout.ts'
import { bytesOf, type LayerPlace, panelsOf, type Places, upToFour } from './places.ts'
import type { Vectors } from './vectors.ts'

/** Activations as the kernels number them. */
const kinds: Readonly<Record<Activation, number>> = { linear: 0, relu: 1, tanh: 2, sigmoid: 3, gelu: 4 }

/** Takes the parameters, which lie in their place, into every layer's own form. */
export function packParams(vectors: Vectors, { params, layers }: Places): void {
  const packRow = (slice: { offset: number }, to: number, units: number) =>
    vectors.pack(params + 8 * slice.offset, to, 1, units, 1)
  for (const { layer, weights, turned, bias, normaliser } of layers) {
    const { inputs, units, normalisation } = layer
    const from = params + 8 * layer.weights.offset
    vectors.pack(from, weights, inputs, units, inputs)
    if (turned !== 0) vectors.packTurned(from, turned, inputs, units)
    packRow(layer.bias, bias, units)
    if (!normaliser || !normalisation) continue
    packRow(normalisation.gain, normaliser.gain, units)
    packRow(normalisation.shift, normaliser.shift, units)
  }
}

/** From the input to the last layer's values. `masked` says whether masks lie in their places. */
export function passForward(vectors: Vectors, places: Places, masked: boolean): void {
  const { tall, input, layers } = places
  let before = input
  for (const [i, place] of layers.entries()) {
    const { layer, sums, values } = place
    const { inputs, units, activation } = layer
    const bytes = bytesOf(tall, units)
    vectors.multiply(before, tall, place.weights, place.bias, sums, tall, inputs, panelsOf(units))
    normalise(vectors, place, tall)
    if (values !== sums) vectors.activate(kinds[activation], sums, values, bytes)
    const dropped = masked && i < layers.length - 1
    if (dropped) vectors.times(values, place.mask, place.kept, bytes)
    before = dropped ? place.kept : values
  }
}

function normalise(vectors: Vectors, { layer, sums, normaliser }: LayerPlace, tall: number): void {
  if (!normaliser) return
  const { normal, inverses, gain, shift, live } = normaliser
  vectors.normalise(sums, normal, inverses, gain, shift, live, tall, layer.units, NORMALISATION_FLOOR)
}

/** From the last layer's derivatives to the gradient in its place. */
export function passBack(vectors: Vectors, places: Places, masked: boolean): void {
  const { tall, input, layers } = places
  for (let i = layers.length - 1; i >= 0; i--) {
    const place = layers[i]
    const before = layers[i - 1]
    if (!place) continue
    normaliseBack(vectors, places, place)
    addGradient(vectors, places, place, before ? (masked ? before.kept : before.values) : input)
    if (!before) continue
    const { inputs, units } = place.layer
    const bytes = bytesOf(tall, inputs)
    vectors.multiply(
      place.deltas,
      tall,
      place.turned,
      places.zeros,
      before.deltas,
      tall,
      units,
      panelsOf(inputs),
    )
    if (masked) vectors.times(before.deltas, before.mask, before.deltas, bytes)
    vectors.slope(kinds[before.layer.activation], before.deltas, before.sums, before.values, bytes)
  }
}

function normaliseBack(
  vectors: Vectors,
  { tall, gradient }: Places,
  { layer, deltas, normaliser }: LayerPlace,
): void {
  const { normalisation, units } = layer
  if (!normaliser || !normalisation) return
  const { normal, inverses, gain, live, gainSlope, shiftSlope } = normaliser
  vectors.normaliseBack(deltas, normal, inverses, gain, live, gainSlope, shiftSlope, tall, units)
  vectors.unpack(gainSlope, gradient + 8 * normalisation.gain.offset, 1, units, 1)
  vectors.unpack(shiftSlope, gradient + 8 * normalisation.shift.offset, 1, units, 1)
}

function addGradient(vectors: Vectors, { tall, gradient }: Places, place: LayerPlace, before: number): void {
  const { layer, deltas, weightSlope, biasSlope } = place
  const { inputs, units, weights, bias } = layer
  const width = upToFour(inputs)
  const panels = panelsOf(units)
  vectors.multiplyTurned(before, deltas, weightSlope, tall, width, panels)
  vectors.unpack(weightSlope, gradient + 8 * weights.offset, inputs, units, width)
  vectors.sumRows(deltas, biasSlope, tall, panels)
  vectors.unpack(biasSlope, gradient + 8 * bias.offset, 1, units, 1)
}
