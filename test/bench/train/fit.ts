import type { Backend, Tf } from '#trainer/compute/backends.ts'
import { type Contender, type Problem, RATE, ROWS } from './problem.ts'

/** TensorFlow.js by its own layers and its own `fit`: what most people would write. */
export function fitContender(tf: Tf, backend: Backend, problem: Problem): Contender {
  const { inputs, hidden, batch, values, labels } = problem
  const sizes = [...hidden.map((units) => ({ units, activation: 'relu' as const })), { units: 1 }]
  const layers = sizes.map((size, i) =>
    tf.layers.dense({ ...size, ...(i === 0 ? { inputShape: [inputs] } : {}) }),
  )
  const model = tf.sequential({ layers })
  const loss = (truth: Parameters<typeof tf.losses.sigmoidCrossEntropy>[0], outputs: typeof truth) =>
    tf.losses.sigmoidCrossEntropy(truth, outputs)
  model.compile({ optimizer: tf.train.sgd(RATE), loss })
  return {
    name: `LayersModel.fit on ${backend}`,
    async run(steps) {
      if (tf.getBackend() !== backend) await tf.setBackend(backend)
      const rows = batch * steps
      const repeats = Math.ceil(rows / ROWS)
      const x = tf.tidy(() =>
        tf.tensor2d(values, [ROWS, inputs]).tile([repeats, 1]).slice([0, 0], [rows, inputs]),
      )
      const y = tf.tidy(() => tf.tensor2d(labels, [ROWS, 1]).tile([repeats, 1]).slice([0, 0], [rows, 1]))
      const from = performance.now()
      await model.fit(x, y, { batchSize: batch, epochs: 1, shuffle: true, verbose: 0 })
      const ms = (performance.now() - from) / steps
      tf.dispose([x, y])
      return ms
    },
    close: () => void model.dispose(),
  }
}
