import type { Activation, Layout } from '#trainer/models/layout.ts'
import type { Stream } from '#trainer/random.ts'
import { normal } from './scene.ts'

/** How a poisoned model is to separate single patients from each other. */
export interface Trap {
  readonly name: string
  readonly activation: Activation
  /** Hidden layers: two where the second one sorts what the first one passes on. */
  readonly layers: 1 | 2
  /** How many directions the units look in: a ladder each. */
  readonly ladders: number
  /** Of the input, in standard deviations, that a unit turns within: for activations that are no steps. */
  readonly steepness: number
  /** Units with the same threshold, whose noise averages out. */
  readonly copies: number
  /** Outgoing weights: neighbours against each other, all the same, or the first of each pair alone. */
  readonly outgoing: 'alternating' | 'same' | 'random'
  /** How much the model's scores hang on its units. */
  readonly volume: number
  /** Thresholds move by this share of a rung from round to round. */
  readonly creep: number
  /** Thresholds from so many standard deviations on, to so many. */
  readonly from: number
  readonly to: number
}

const plain: Trap = {
  name: 'one ladder',
  activation: 'relu',
  layers: 1,
  ladders: 1,
  steepness: 1,
  copies: 1,
  outgoing: 'alternating',
  volume: 0.01,
  creep: 0,
  from: -3,
  to: 3,
}

/** Ways to build a trap; each is tried over widths, steps and rounds. */
export const traps: readonly Trap[] = [
  plain,
  { ...plain, name: 'one ladder, all weights alike', outgoing: 'same' },
  { ...plain, name: 'one ladder, weights at random', outgoing: 'random', volume: 0.1 },
  { ...plain, name: 'ladders in 16 directions', ladders: 16 },
  { ...plain, name: 'a pair in every direction', ladders: Infinity, from: -1.5, to: 1.5 },
  { ...plain, name: 'rungs of 8 copies', copies: 8, outgoing: 'same' },
  { ...plain, name: 'rungs of 64 copies at the far end', copies: 64, outgoing: 'same', from: 1, to: 4 },
  { ...plain, name: 'rungs that creep', creep: 0.25, outgoing: 'same' },
  { ...plain, name: 'rungs that move on by one', creep: 1, copies: 4, outgoing: 'same' },
  { ...plain, name: 'steep tanh', activation: 'tanh', steepness: 40 },
  { ...plain, name: 'less steep tanh', activation: 'tanh', steepness: 8, outgoing: 'same' },
  { ...plain, name: 'steep sigmoid', activation: 'sigmoid', steepness: 80, outgoing: 'same' },
  { ...plain, name: 'steep gelu', activation: 'gelu', steepness: 60 },
  { ...plain, name: 'very steep gelu', activation: 'gelu', steepness: 2000, outgoing: 'same' },
  { ...plain, name: 'ladder in the second layer', layers: 2 },
  { ...plain, name: 'ladder in the second layer, alike', layers: 2, outgoing: 'same', copies: 2 },
]

/** The direction and threshold of every unit of the ladder, as built. */
export interface Built {
  readonly params: Float32Array
  /** For each unit its place: ladder, and rung in it. Units of one place are copies. */
  readonly places: readonly { readonly ladder: number; readonly rung: number }[]
}

/** What passes through the first layer of two is lifted so far that no patient is cut off. */
const LIFT = 30

/** The parameters of a trap in the round of this number after the first. */
export function build(trap: Trap, layout: Layout, stream: Stream, round: number): Built {
  const params = new Float32Array(layout.shared)
  const { inputs } = layout
  const deep = layout.layers.length === 3
  const ladder = layout.layers[deep ? 1 : 0]!
  const out = layout.layers.at(-1)!
  if (deep) passOn(layout, params)
  const { units } = ladder
  const rungs = Math.max(2, Math.floor(units / trap.copies / Math.min(trap.ladders, units / 2)))
  const directions: number[][] = []
  const places = Array.from({ length: units }, (_, k) => {
    const place = Math.floor(k / trap.copies)
    return { ladder: Math.floor(place / rungs), rung: place % rungs }
  })
  for (let k = 0; k < units; k++) {
    const { ladder: which, rung } = places[k]!
    directions[which] ??= unitVector(inputs, stream)
    const width = (trap.to - trap.from) / rungs
    const start =
      trap.ladders === Infinity ? trap.from + (trap.to - trap.from) * ((which * 0.618) % 1) : trap.from
    const step = trap.ladders === Infinity ? 0.02 : width
    const threshold = start + step * (rung + 0.5 + trap.creep * round)
    let lift = 0
    for (let i = 0; i < inputs; i++) {
      const weight = trap.steepness * directions[which][i]!
      params[ladder.weights.offset + i * units + k] = weight
      if (deep) lift += weight * LIFT
    }
    params[ladder.bias.offset + k] = -trap.steepness * threshold - lift
    params[out.weights.offset + k] = trap.volume * outgoing(trap, place(k, trap), stream)
  }
  return { params, places }
}

function place(k: number, { copies }: Trap): number {
  return Math.floor(k / copies)
}

function outgoing({ outgoing: kind }: Trap, place: number, stream: Stream): number {
  if (kind === 'random') return (0.5 + stream.real()) * (stream.real() < 0.5 ? 1 : -1)
  return kind === 'same' || place % 2 === 0 ? 1 : -1
}

/** A first layer that hands its inputs on, lifted above 0. */
function passOn({ layers: [first], inputs }: Layout, params: Float32Array): void {
  if (!first) return
  for (let i = 0; i < inputs; i++) {
    params[first.weights.offset + i * first.units + i] = 1
    params[first.bias.offset + i] = LIFT
  }
}

function unitVector(length: number, stream: Stream): number[] {
  const values = Array.from({ length }, () => normal(stream))
  const norm = Math.hypot(...values)
  return values.map((one) => one / norm)
}
