import type { DenseLayer, Layout } from '#trainer/models/layout.ts'
import { TEAM_END } from './team.ts'

/** Where the numbers of one layer lie in the kernels' memory, in bytes. 0 where a layer has no such. */
export interface LayerPlace {
  readonly layer: DenseLayer
  readonly weights: number
  /** The weights turned: for the way back, of all layers but the first. */
  readonly turned: number
  readonly bias: number
  readonly weightSlope: number
  readonly biasSlope: number
  readonly sums: number
  readonly values: number
  readonly kept: number
  readonly mask: number
  readonly deltas: number
  readonly normaliser: NormaliserPlace | null
}

/** The same of its normalisation. */
export interface NormaliserPlace {
  readonly gain: number
  readonly shift: number
  readonly gainSlope: number
  readonly shiftSlope: number
  /** 1 in columns that are there, 0 in those beyond. */
  readonly live: number
  readonly normal: number
  readonly inverses: number
}

/** Where everything lies for batches of one height. */
export interface Places {
  /** Rows of a batch, and the same up to a multiple of four. */
  readonly height: number
  readonly tall: number
  readonly params: number
  readonly gradient: number
  readonly input: number
  /** As many as the widest layer wants. */
  readonly zeros: number
  readonly layers: readonly LayerPlace[]
  /** The last of them. */
  readonly end: LayerPlace
  readonly bytes: number
}

/** Panels of 8 columns that hold so many. */
export function panelsOf(width: number): number {
  return (width + 7) >> 3
}

/** Bytes of a matrix of floats in panels. */
export function bytesOf(height: number, width: number): number {
  return height * panelsOf(width) * 32
}

/** A number up to the next multiple of four. */
export function upToFour(value: number): number {
  return (value + 3) & ~3
}

/** Gives every number of a model and a batch its place. */
export function placesOf(model: Layout, height: number): Places {
  let bytes = TEAM_END
  const take = (more: number) => {
    const at = bytes
    bytes = (bytes + more + 15) & ~15
    return at
  }
  const tall = upToFour(height)
  const widest = Math.max(model.inputs, ...model.layers.map(({ units }) => units))
  const layers = model.layers.map((layer, i) => placeOf(layer, tall, take, i > 0))
  const end = layers.at(-1)
  if (!end) throw new Error('A model has a layer')
  return {
    height,
    tall,
    params: take(8 * model.length),
    gradient: take(8 * model.length),
    input: take(bytesOf(tall, model.inputs)),
    zeros: take(bytesOf(1, widest)),
    layers,
    end,
    bytes,
  }
}

type Take = (bytes: number) => number

function placeOf(layer: DenseLayer, tall: number, take: Take, turned: boolean): LayerPlace {
  const { inputs, units, normalisation } = layer
  const batch = () => take(bytesOf(tall, units))
  const sums = batch()
  return {
    layer,
    weights: take(bytesOf(inputs, units)),
    turned: turned ? take(bytesOf(units, inputs)) : 0,
    bias: take(bytesOf(1, units)),
    weightSlope: take(bytesOf(upToFour(inputs), units)),
    biasSlope: take(bytesOf(1, units)),
    sums,
    values: layer.activation === 'linear' ? sums : batch(),
    kept: batch(),
    mask: batch(),
    deltas: batch(),
    normaliser: normalisation ? placeNormaliser(units, tall, take) : null,
  }
}

function placeNormaliser(units: number, tall: number, take: Take): NormaliserPlace {
  const row = () => take(bytesOf(1, units))
  return {
    gain: row(),
    shift: row(),
    gainSlope: row(),
    shiftSlope: row(),
    live: row(),
    normal: take(bytesOf(tall, units)),
    inverses: take(4 * tall),
  }
}
