import type { Compute, Engine, Masks } from './engine.ts'
import { packParams, passBack, passForward } from './simd/passes.ts'
import { createTables, type Table } from './simd/tables.ts'
import { startVectors, type Vectors } from './simd/vectors.ts'

const CHUNK_ROWS = 512

/**
 * Our own passes in WebAssembly's vectors: 32-bit arithmetic, no overhead per operation. All models share one memory and
 * take turns in it. Null where this computer has no such WebAssembly.
 */
export function createSimdEngine(): Engine | null {
  const space = startVectors()
  if (!space) return null
  const tables = createTables(space)
  return { name: 'simd', open: (...problem) => openProblem(space.vectors, tables, problem) }
}

function openProblem(
  vectors: Vectors,
  tables: ReturnType<typeof createTables>,
  [model, head, data, targets]: Parameters<Engine['open']>,
): Compute {
  function forward(params: Float64Array, rows: Uint32Array, masks?: Masks | null): Table {
    const table = tables(model, rows.length)
    const { places } = table
    table.params.set(params)
    packParams(vectors, places)
    copyRows(data.values, model.inputs, rows, table.rows)
    vectors.pack(places.rows, places.input, rows.length, model.inputs, places.tall)
    if (masks) packMasks(vectors, table, masks)
    passForward(vectors, places, Boolean(masks))
    vectors.unpack(places.end.values, places.outputs, rows.length, model.outputs, places.tall)
    return table
  }

  return {
    lossAndGradient(params, rows, gradient, masks) {
      const { places, outputs, derivatives, gradient: found } = forward(params, rows, masks)
      const loss = head.loss(outputs, targets, rows, derivatives)
      vectors.pack(places.derivatives, places.end.deltas, rows.length, model.outputs, places.tall)
      passBack(vectors, places, Boolean(masks))
      gradient.set(found)
      return loss
    },
    outputs(params) {
      const out = new Float64Array(data.height * model.outputs)
      for (let from = 0; from < data.height; from += CHUNK_ROWS) {
        const height = Math.min(CHUNK_ROWS, data.height - from)
        const rows = Uint32Array.from({ length: height }, (_, i) => from + i)
        out.set(forward(params, rows).outputs, from * model.outputs)
      }
      return out
    },
    close: () => undefined,
  }
}

function packMasks(vectors: Vectors, { places, rows }: Table, masks: Masks): void {
  for (const [i, mask] of masks.entries()) {
    const place = places.layers[i]
    if (!place) continue
    rows.set(mask)
    vectors.pack(places.rows, place.mask, places.height, place.layer.units, places.tall)
  }
}

function copyRows(values: Float32Array, width: number, rows: Uint32Array, out: Float64Array): void {
  for (let i = 0; i < rows.length; i++) {
    const from = (rows[i] as number) * width // safe: rows lie in the data
    const to = i * width
    for (let j = 0; j < width; j++) out[to + j] = values[from + j] as number
  }
}
