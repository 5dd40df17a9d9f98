import { expect, test } from 'vitest'
import { createPasses } from '#trainer/compute/passes.ts'
import { createCover, type Cover } from '#trainer/disclosure/cover.ts'
import { restsOnFew } from '#trainer/disclosure/rests.ts'
import { logistic, logisticHead } from '#trainer/models/head.ts'
import { type Activation, layoutOf } from '#trainer/models/layout.ts'
import { createStream, type Stream } from '#trainer/random.ts'
import { aPlan, aTask, numberVariable, seed } from './kit.ts'

/** No unit, and no difference of two, moves by fewer rows of a step. */
const FEWEST = 6

/** A hidden unit of a network of one input: its weight and bias, and what the output makes of it. */
interface Unit {
  readonly weight: number
  readonly bias: number
  readonly out: number
}

/** A network of one input, one hidden layer and one output, as its plan and as its numbers; its dropout is 0. */
function networkOf(units: readonly Unit[], activation: Activation, bias = 0) {
  const model = {
    kind: 'mlp' as const,
    layers: [{ units: units.length, activation }],
    dropout: 0,
    normalisation: 'none' as const,
  }
  const task = aTask([{ ...numberVariable('x', -9, 9), missing: 'refuse' as never }], aPlan({ model }))
  const parts = [units.map((one) => one.weight), units.map((one) => one.bias), units.map((one) => one.out)]
  return { task, layout: layoutOf(task), params: Float64Array.from([...parts.flat(), bias]) }
}

/** Rows of one input and one outcome each, all of them one minibatch. */
interface Batch {
  readonly inputs: readonly number[]
  readonly outcomes: readonly number[]
}

type Network = ReturnType<typeof networkOf>

const rowsOf = ({ inputs, outcomes }: Batch, { layout }: Network) => ({
  layout,
  inputs: { values: Float32Array.from(inputs), width: 1, height: inputs.length },
  targets: { values: Float32Array.from(outcomes) },
  head: logisticHead,
})

const numbers = (count: number) => Uint32Array.from({ length: count }, (_, row) => row)

function coverOf(network: Network, batch: Batch, stream: Stream): ReturnType<Cover> {
  const cover = createCover(network.task, rowsOf(batch, network), () => stream)!
  return cover(network.params, numbers(batch.inputs.length))
}

/** Draws that leave nothing out: what is left of a mask is who stands still. */
const nothingLeftOut: Stream = { word: () => 0, real: () => 0.999, below: () => 0 }
const dropping = (byte: number) => createStream('dropout', seed(byte))

/** For each unit the rows that its mask lets through. */
function movedBy(mask: Float32Array, units: number): ReadonlySet<number>[] {
  const rows = numbers(mask.length / units)
  return Array.from({ length: units }, (_, u) => new Set(rows.filter((row) => mask[row * units + u] !== 0)))
}

/** Rows that a covered model gets wrong enough to be seen in a step: a twentieth as wrong as the worst, or more. */
function seenRows({ layout, params }: Network, { inputs, outcomes }: Batch, mask: Float32Array): Set<number> {
  const { values } = createPasses(layout).forward(params, Float64Array.from(inputs), inputs.length, [mask])
  const wrong = outcomes.map((outcome, row) => Math.abs(logistic(values[row]!) - outcome))
  const worst = Math.max(...wrong)
  return new Set(numbers(inputs.length).filter((row) => wrong[row]! >= worst / 20))
}

const draw = createStream('networks', seed(3))
const between = (low: number, high: number) => low + (high - low) * draw.real()

/** How steep an activation is, as a share of the steepest it gets. */
const steepness = {
  relu: (z: number) => Number(z > 0),
  tanh: (z: number) => 1 - Math.tanh(z) ** 2,
  sigmoid: (z: number) => 4 * logistic(z) * (1 - logistic(z)),
}

/** A network that somebody made up to read rows: thresholds all over, and an output that hides many rows, or brings them out. */
function aTrap(activation: Activation) {
  const height = 40 + draw.below(60)
  const inputs = Array.from({ length: height }, () => Math.fround(between(-1, 1)))
  const sharp = activation === 'relu' ? 1 : 2
  const units = Array.from({ length: 12 }, () => {
    const weight = draw.real() < 0.5 ? sharp : -sharp
    return { weight, bias: between(-1, 1), out: between(-30, 30) }
  })
  const outcomes = inputs.map(() => draw.below(2))
  return { units, network: networkOf(units, activation, between(-8, 8)), batch: { inputs, outcomes } }
}

test.each(['relu', 'tanh', 'sigmoid'] as const)(
  'under its mask, no unit (%s) moves by a few of the rows that are then seen, no two differ by a few, and none twice as far',
  (activation) => {
    let taken = 0
    for (let run = 0; run < 300; run++) {
      const { units, network, batch } = aTrap(activation)
      const [mask] = coverOf(network, batch, nothingLeftOut) ?? []
      if (!mask) continue
      taken += 1
      expect(Math.max(...mask), `run ${run}`).toBeLessThanOrEqual(2.0001 / 0.9)
      const seen = seenRows(network, batch, mask)
      const moved = movedBy(mask, units.length).map((rows, u) => {
        const { weight, bias } = units[u]!
        const isSteep = (row: number) => steepness[activation](weight * batch.inputs[row]! + bias) >= 0.5
        return new Set([...rows.intersection(seen)].filter(isSteep))
      })
      for (const [u, rows] of moved.entries()) {
        expect(rows.size === 0 || rows.size >= FEWEST, `run ${run}`).toBe(true)
        for (const other of moved.slice(u + 1)) {
          const apart = rows.symmetricDifference(other).size
          expect(apart === 0 || apart >= FEWEST, `run ${run}`).toBe(true)
        }
      }
    }
    expect(taken).toBeGreaterThan(100)
  },
)

const many = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one)
const alternating = (count: number) => Array.from({ length: count }, (_, row) => row % 2)

test('a plan without dropout leaves rows out all the same, and units that move together out of the same rows', () => {
  const batch = { inputs: many(200, 1), outcomes: alternating(200) }
  const units = many(4, { weight: 1, bias: 1, out: 0.1 })
  const lefts = [1, 2].map((byte) => {
    const [mask] = coverOf(networkOf(units, 'relu'), batch, dropping(byte))!
    const [first, ...others] = movedBy(mask!, 4)
    for (const other of others) expect(other).toEqual(first)
    return 200 - first!.size
  })
  for (const left of lefts) {
    expect(left).toBeGreaterThan(8)
    expect(left).toBeLessThan(40)
  }
})

test('a unit that is on at few rows and at its very edge for many moves with none: engines round differently', () => {
  const unit = { weight: 0.1, bias: -0.3, out: 1 }
  const atEdge = (round: (z: number) => number) => round(round(round(0.1) * 3) + round(-0.3))
  expect([atEdge((z) => z) > 0, atEdge(Math.fround) > 0]).toEqual([true, false])
  const batch = { inputs: [...many(5, 6), ...many(20, 3), ...many(20, -3)], outcomes: alternating(45) }
  const [mask] = coverOf(networkOf([unit, { weight: 0, bias: 1, out: 1 }], 'relu'), batch, nothingLeftOut)!
  const [atThree, always] = movedBy(mask!, 2)
  expect([atThree!.size, always!.size]).toEqual([0, 45])
})

/** The difference of what two units of a covered network move by, row by row. */
function difference(
  units: readonly [Unit, Unit],
  activation: 'tanh' | 'sigmoid',
  batch: Batch,
): Float64Array {
  const beside = many(6, { weight: 1, bias: 0.5, out: 0.1 })
  const [mask] = coverOf(networkOf([...units, ...beside], activation), batch, nothingLeftOut) ?? []
  expect(mask).toBeDefined()
  const moves = (u: 0 | 1, row: number) =>
    mask![row * 8 + u]! * steepness[activation](units[u].weight * batch.inputs[row]! + units[u].bias)
  return Float64Array.from(batch.inputs, (_, row) => Math.abs(moves(0, row) - moves(1, row)))
}

test.each(['tanh', 'sigmoid'] as const)(
  'no difference of two smooth units (%s) rests on the few rows at which they bend',
  (activation) => {
    const at = (bias: number) => ({ weight: 1, bias, out: 0.1 })
    const batch = { inputs: [...many(96, 0), ...many(4, 0.6)], outcomes: alternating(100) }
    expect(restsOnFew(difference([at(-0.01), at(0.01)], activation, batch))).toBe(false)
    const more = { inputs: [...many(50, 0), ...many(50, 0.6)], outcomes: alternating(100) }
    const both = difference([at(-0.01), at(0.01)], activation, more)
    expect(Math.max(...both)).toBeGreaterThan(0)
    expect(restsOnFew(both)).toBe(false)
  },
)

test.each([
  ['five rows, and bends at many', 5, 0],
  ['a tenth of the rows: its neighbours could sharpen it', 10, 0],
  ['a third of the rows', 33, 33],
])('a smooth unit that is steep at %s', (_, steep, moved) => {
  const unit = { weight: 1, bias: 0, out: 0.1 }
  const beside = { weight: 0, bias: 0.6, out: 0.1 }
  const batch = {
    inputs: [...many(steep - 3, 0.5), ...many(3, 0), ...many(100 - steep, 1.2)],
    outcomes: alternating(100),
  }
  const [mask] = coverOf(networkOf([unit, ...many(4, beside)], 'tanh'), batch, nothingLeftOut)!
  const [rows] = movedBy(mask!, 5)
  expect([...rows!].filter((row) => row < steep).length).toBe(moved)
})
