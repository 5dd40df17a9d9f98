import type { Architecture } from '#domain/plan.ts'
import type { Engine } from '#trainer/compute/engine.ts'
import { logisticHead } from '#trainer/models/head.ts'
import { layoutOf } from '#trainer/models/layout.ts'
import { createStream } from '#trainer/random.ts'
import { aPlan, aTask, numberVariable, seed } from './kit.ts'

const HEIGHT = 40

/** Every kind of layer in small: linear, and two hidden layers with each activation and with normalisation. */
export const models: readonly (readonly [string, Architecture])[] = [
  ['linear', { kind: 'linear' }],
  ...(['linear', 'relu', 'tanh', 'sigmoid', 'gelu'] as const).map(
    (activation) => [`two layers of ${activation}`, mlp(activation, 'none')] as const,
  ),
  ['two normalised layers of tanh', mlp('tanh', 'layer')],
]

function mlp(activation: 'linear' | 'relu' | 'tanh' | 'sigmoid' | 'gelu', normalisation: 'none' | 'layer') {
  const layers = [
    { units: 6, activation },
    { units: 4, activation },
  ]
  return { kind: 'mlp' as const, layers, dropout: 0, normalisation }
}

/** A model of so many inputs with made-up rows, weights and a minibatch, to be opened in any engine. */
export function aProblem(model: Architecture, width = 5) {
  const stream = createStream('test', seed(3))
  const spread = (size: number) => Float64Array.from({ length: size }, () => 2 * stream.real() - 1)
  const variables = Array.from({ length: width }, (_, i) => numberVariable(`v${i}`, -1, 1))
  const layout = layoutOf(aTask(variables, aPlan({ model })))
  const data = {
    values: Float32Array.from(spread(HEIGHT * layout.inputs)),
    width: layout.inputs,
    height: HEIGHT,
  }
  const targets = { values: Float32Array.from({ length: HEIGHT }, () => Number(stream.real() < 0.4)) }
  const params = spread(layout.length)
  const rows = Uint32Array.from({ length: 17 }, () => stream.below(HEIGHT))
  const hidden = layout.layers.slice(0, -1)
  const masks = hidden.map(({ units }) =>
    Float32Array.from({ length: rows.length * units }, () => (stream.real() < 0.5 ? 2 : 0)),
  )
  return {
    layout,
    params,
    rows,
    masks,
    open: (engine: Engine) => engine.open(layout, logisticHead, data, targets),
  }
}

/** Loss and gradient of the problem's minibatch under an engine. */
export async function stepOf(engine: Engine, problem: ReturnType<typeof aProblem>, dropped = false) {
  const compute = problem.open(engine)
  const gradient = new Float64Array(problem.layout.length)
  const masks = dropped ? problem.masks : null
  const loss = await compute.lossAndGradient(problem.params, problem.rows, gradient, masks)
  const outputs = await compute.outputs(problem.params)
  compute.close()
  return { loss, gradient, outputs }
}

/** Relative distance of two vectors. */
export function distance(a: Float64Array, b: Float64Array): number {
  const norm = (of: (i: number) => number) => Math.sqrt(a.reduce((sum, _, i) => sum + of(i) ** 2, 0))
  return norm((i) => a[i]! - b[i]!) / norm((i) => a[i]!)
}
