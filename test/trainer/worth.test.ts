import { expect, test } from 'vitest'
import type { Outcome } from '#domain/variable.ts'
import { fitOwn, type OwnRows, rateAlone } from '#trainer/exact/own.ts'
import { fitRidge, outputsOf } from '#trainer/exact/ridge.ts'
import { worthOf } from '#trainer/metrics/worth.ts'
import { predict } from '#trainer/models/heads.ts'
import { createStream } from '#trainer/random.ts'
import { drawRows, outcomes, type Population, wordsOf } from './own.ts'
import { seed } from './kit.ts'

const allOf = ({ inputs }: OwnRows) => Uint32Array.from({ length: inputs.height }, (_, i) => i)

/** Rows of several hospitals in one place. */
function pool(parts: readonly OwnRows[]): OwnRows {
  const [first] = parts
  const join = (pick: (one: OwnRows) => ArrayLike<number>) => parts.flatMap((one) => Array.from(pick(one)))
  const values = Float32Array.from(join((one) => one.inputs.values))
  const targets = Float32Array.from(join((one) => one.targets.values))
  const events = first!.targets.events ? Uint8Array.from(join((one) => one.targets.events!)) : null
  const { width } = first!.inputs
  const inputs = { values, width, height: targets.length }
  return { ...first!, inputs, targets: { values: targets, events }, patients: targets.map((_, i) => i) }
}

function score(rows: OwnRows, params: Float64Array) {
  const outputs = outputsOf(rows, allOf(rows), params)
  const scores = predict(rows.outcome, outputs, { mean: 0, sd: 1, hazard: 1 })
  const { values: labels, events } = rows.targets
  return { scores, labels, ...(events ? { survival: { hazards: outputs, events } } : {}) }
}

/** What one hospital is told that joined hospitals of the same or another population. */
async function tell(ours: Population, theirs: Population, rows: number, draw: number) {
  const own = drawRows(ours, rows, wordsOf(1, draw))
  const others = [2, 3, 4].map((at) => drawRows(theirs, rows, wordsOf(at, draw)))
  const heldOut = drawRows(ours, Math.round(rows / 3), wordsOf(5, draw))
  const all = pool([own, ...others])
  const shared = fitRidge(all, allOf(all), { penalty: 1, rate: rateAlone(all, allOf(all)) })
  const alone = await fitOwn(own, createStream('folds', seed(draw)), () => undefined)
  const both = { shared: score(heldOut, shared), alone: score(heldOut, alone.params) }
  return worthOf(ours.outcome, both)?.verdict ?? 'unknown'
}

async function count(ours: Population, theirs: Population, rows: number, draws: number) {
  const told = { gain: 0, none: 0, harm: 0, unknown: 0 }
  for (let draw = 0; draw < draws; draw++) told[await tell(ours, theirs, rows, draw)] += 1
  return told
}

const some = [0.9, -0.5, 0.3, 0]
const nothing = some.map(() => 0)
/** A model of times takes longest. */
const drawsOf = ({ task }: Outcome) => (task === 'survival' ? 10 : 20)

test.each(Object.entries(outcomes))(
  'where sharing gains nothing, no measurable gain is told: %s',
  async (task, outcome: Outcome) => {
    const draws = drawsOf(outcome)
    const noise = { outcome, weights: nothing, place: -0.5 }
    const enough = { outcome, weights: some, place: -0.5 }
    const told = [
      await count(noise, noise, 120, draws),
      await count(enough, enough, task === 'survival' ? 800 : 2500, draws),
    ]
    console.log(task, JSON.stringify(told))
    for (const one of told) expect(one.none / draws).toBeGreaterThanOrEqual(0.9)
  },
)

test.each(Object.entries(outcomes))(
  'a hospital whose patients are the other way round is told that the shared model is worse for it: %s',
  async (task, outcome: Outcome) => {
    const theirs = { outcome, weights: some, place: -0.5 }
    const ours = { outcome, weights: some.map((one) => -one), place: -0.5 }
    const draws = drawsOf(outcome)
    const told = await count(ours, theirs, 240, draws)
    console.log(task, JSON.stringify(told))
    expect(told.harm / draws).toBeGreaterThanOrEqual(0.8)
  },
)

test('a small hospital that joins larger ones of the same kind is told that it gains; too few rows tell nothing', async () => {
  const { binary: outcome } = outcomes
  const same = { outcome, weights: [1, -1, 1, -1, 1, -1], place: 0 }
  const own = drawRows(same, 40, wordsOf(1))
  const others = drawRows(same, 2000, wordsOf(2))
  const heldOut = drawRows(same, 150, wordsOf(3))
  const all = pool([own, others])
  const shared = fitRidge(all, allOf(all), { penalty: 1, rate: rateAlone(all, allOf(all)) })
  const alone = (await fitOwn(own, createStream('folds', seed(1)), () => undefined)).params
  const both = { shared: score(heldOut, shared), alone: score(heldOut, alone) }
  const worth = worthOf(outcome, both)!
  expect(worth).toMatchObject({ verdict: 'gain', measure: 'logLoss' })
  expect(worth.gain.low).toBeGreaterThan(0)
  const few = drawRows(same, 6, wordsOf(4))
  const ofFew = { ...few, targets: { values: Float32Array.of(0, 0, 0, 0, 0, 1), events: null } }
  expect(worthOf(outcome, { shared: score(ofFew, shared), alone: score(ofFew, alone) })).toBeNull()
})
