import type { Engine } from './engine.ts'
import { createPasses } from './passes.ts'

const CHUNK_ROWS = 512

/** Our own passes over dense networks on plain arrays: 32-bit data, 64-bit arithmetic, no overhead per operation. */
export const fusedEngine: Engine = {
  name: 'fused',
  open(model, head, data, targets) {
    const { forward, backward, rowSquares } = createPasses(model)
    let input: Float64Array = new Float64Array(0)

    function gather(rows: Uint32Array): void {
      if (input.length < rows.length * model.inputs) input = new Float64Array(rows.length * model.inputs)
      copyRows(data.values, model.inputs, rows, input)
    }

    return {
      lossAndGradient(params, rows, gradient, masks) {
        gather(rows)
        const { values, deltas } = forward(params, input, rows.length, masks)
        const loss = head.loss(values, targets, rows, deltas)
        backward(params, input, rows.length, gradient, masks)
        return loss
      },
      exampleNorms(params, rows, masks) {
        gather(rows)
        const { values, deltas } = forward(params, input, rows.length, masks)
        head.loss(values, targets, rows, deltas)
        backward(params, input, rows.length, new Float64Array(model.length), masks)
        // The loss is a mean over the rows.
        return rowSquares(input, rows.length, model.shared, masks).map(
          (square) => rows.length * Math.sqrt(square),
        )
      },
      outputs(params) {
        const out = new Float64Array(data.height * model.outputs)
        for (let from = 0; from < data.height; from += CHUNK_ROWS) {
          const height = Math.min(CHUNK_ROWS, data.height - from)
          gather(Uint32Array.from({ length: height }, (_, i) => from + i))
          const { values } = forward(params, input, height)
          out.set(values.subarray(0, height * model.outputs), from * model.outputs)
        }
        return out
      },
      close: () => undefined,
    }
  },
}

function copyRows(values: Float32Array, width: number, rows: Uint32Array, out: Float64Array): void {
  for (let i = 0; i < rows.length; i++) {
    const from = (rows[i] ?? 0) * width
    const to = i * width
    for (let j = 0; j < width; j++) out[to + j] = values[from + j] as number // safe: rows lie in the data
  }
}
