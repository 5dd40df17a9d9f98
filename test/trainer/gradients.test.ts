import { expect, test } from 'vitest'
import { openBackend } from '#trainer/compute/backends.ts'
import { fusedEngine } from '#trainer/compute/fused.ts'
import { createSimdEngine } from '#trainer/compute/simd.ts'
import { createTensorflowEngine } from '#trainer/compute/tensorflow.ts'
import { apart, aProblem, distance, models, stepOf } from './problem.ts'

test.each(models)('the gradient is that of finite differences: %s', async (_, shape) => {
  const { layout, params, rows, masks, open } = aProblem(shape)
  const compute = open(fusedEngine)
  const gradient = new Float64Array(layout.length)
  const scratch = new Float64Array(layout.length)
  await compute.lossAndGradient(params, rows, gradient, masks)
  for (let i = 0; i < layout.length; i++) {
    const step = 1e-6
    const at = async (shift: number) => {
      const moved = params.slice()
      moved[i] = params[i]! + shift
      return compute.lossAndGradient(moved, rows, scratch, masks)
    }
    const slope = ((await at(step)) - (await at(-step))) / (2 * step)
    expect(Math.abs(slope - gradient[i]!)).toBeLessThan(1e-7 * (1 + Math.abs(slope)))
  }
})

test.each(models)('our passes in vectors and plain agree: %s', async (_, shape) => {
  const { layout, params, rows, masks, open } = aProblem(shape)
  const simd = createSimdEngine()!
  const others = aProblem(models[2]![1])
  const theirs = others.open(simd)
  const compute = open(simd)
  // Batches change their height or keep it, and another model takes the memory in between.
  for (const size of [17, 17, 4, 9]) {
    const part = rows.subarray(0, size)
    const cut = masks?.map((mask) => mask.subarray(0, (mask.length / 17) * size)) ?? null
    const [mine, found] = [new Float64Array(layout.length), new Float64Array(layout.length)]
    const loss = await open(fusedEngine).lossAndGradient(params, part, mine, cut)
    for (let i = 0; i < 2; i++) {
      expect(agreement(await compute.lossAndGradient(params, part, found, cut), loss)).toBeLessThan(1e-4)
      expect(distance(mine, found)).toBeLessThan(1e-4)
    }
    expect(distance(await open(fusedEngine).outputs(params), await compute.outputs(params))).toBeLessThan(
      1e-4,
    )
    await theirs.lossAndGradient(others.params, others.rows, new Float64Array(others.layout.length))
  }
})

test.each(models.filter(([name]) => !name.includes('survival')))(
  "the length of a row's own gradient is that of the row alone: %s",
  async (_, shape) => {
    const { layout, params, rows, masks, open } = aProblem(shape)
    const own = await Promise.all(
      Array.from(rows, async (_row, i) => {
        const gradient = new Float64Array(layout.length)
        const mask = masks?.map((one) =>
          one.subarray(...[i, i + 1].map((at) => (at * one.length) / rows.length)),
        )
        await open(fusedEngine).lossAndGradient(params, rows.subarray(i, i + 1), gradient, mask)
        return Math.hypot(...gradient.subarray(0, layout.shared))
      }),
    )
    expect(layout.length - layout.shared).toBe(shape.private ? 1 : 0)
    const plain = open(fusedEngine).exampleNorms!(params, rows, masks)
    expect(distance(Float64Array.from(own), plain)).toBeLessThan(1e-12)
    expect(distance(plain, open(createSimdEngine()!).exampleNorms!(params, rows, masks))).toBeLessThan(1e-5)
  },
)

test('our passes in vectors take inputs, units and batches of any number', async () => {
  const simd = createSimdEngine()!
  for (const [inputs, units, size] of [
    [1, 1, 1],
    [7, 9, 3],
    [8, 16, 33],
    [19, 12, 40],
    [33, 5, 2],
  ] as const) {
    const layers = [units, units + 3].map((count) => ({ units: count, activation: 'gelu' as const }))
    const model = { kind: 'mlp', layers, dropout: 0.5, normalisation: 'layer' } as const
    const { layout, params, masks, rows, open } = aProblem({ model, dropout: true }, inputs, size)
    const [mine, found] = [new Float64Array(layout.length), new Float64Array(layout.length)]
    const loss = await open(fusedEngine).lossAndGradient(params, rows, mine, masks)
    expect(agreement(await open(simd).lossAndGradient(params, rows, found, masks), loss)).toBeLessThan(1e-4)
    expect(distance(mine, found)).toBeLessThan(1e-4)
  }
})

test.each(['wasm', 'cpu'] as const)(
  'our passes and TensorFlow on %s agree and it keeps no tensors',
  async (backend) => {
    const opened = await openBackend(backend)
    if ('missing' in opened) throw new Error(opened.missing)
    const engine = createTensorflowEngine(opened.tf, backend)
    const before = opened.tf.memory().numTensors
    const kept = aProblem(models[2]![1]).open(engine)
    expect(opened.tf.memory().numTensors).toBe(before + 1)
    for (const [, shape] of models) {
      const problem = aProblem(shape)
      expect(apart(await stepOf(fusedEngine, problem), await stepOf(engine, problem))).toBeLessThan(1e-4)
    }
    kept.close()
    expect(opened.tf.memory().numTensors).toBe(before)
  },
)

/** Relative distance of a loss from the one that is right. */
function agreement(found: number, right: number): number {
  return Math.abs(found - right) / Math.abs(right)
}
