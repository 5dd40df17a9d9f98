import type { Layout } from '#trainer/models/layout.ts'
import { availableParallelism } from 'node:os'
import type { Compute, Engine, Masks } from './engine.ts'
import { weigh } from './passes.ts'
import { gatherRows, spreadRows, squaresOf } from './simd/panels.ts'
import type { LayerPlace, Places } from './simd/places.ts'
import { createSharing } from './simd/sharing.ts'
import { createTables, type Pass, type Table } from './simd/tables.ts'
import { createTeam } from './simd/team.ts'
import { openWorkspace, type Workspace } from './simd/workspace.ts'

const CHUNK_ROWS = 512

/** Below so many weights times rows of a minibatch one thread alone is always quicker. */
const LEAST_SHARED = 2_000_000

/**
 * Our own passes in WebAssembly's vectors: 32-bit arithmetic, no overhead per operation. All models share one memory and
 * take turns in it; large steps are shared by as many threads as `most` allows, or as there are, where that is quicker. How
 * many they are changes no number. Null where this computer has no such WebAssembly.
 */
export function createSimdEngine(most: () => number | null = () => null): Engine | null {
  const space = openWorkspace()
  if (!space) return null
  const team = createTeam(space, () => most() ?? availableParallelism())
  const tables = createTables(space)
  const isLarge = (model: Layout, height: number) => model.length * height >= LEAST_SHARED
  const lay = (model: Layout, height: number) =>
    tables({ model, height, threads: isLarge(model, height) ? team.size() : 1 })
  return {
    name: 'simd',
    open: (...problem) => openProblem({ space, run: team.run, lay }, problem),
    async ready(model, height) {
      if (isLarge(model, height)) await team.gather()
    },
  }
}

interface Shop {
  readonly space: Workspace
  readonly run: ReturnType<typeof createTeam>['run']
  readonly lay: (model: Layout, height: number) => Table
}

function openProblem(
  { space, run, lay }: Shop,
  [model, head, data, targets]: Parameters<Engine['open']>,
): Compute {
  const sharing = createSharing()

  /** Does a pass, by one thread or by all; returns how long it took. */
  function pass(calls: Pass, { threads }: Table, masked: boolean): number {
    const from = performance.now()
    run(calls(masked, sharing.among(threads)))
    return performance.now() - from
  }

  function forward(params: Float64Array, rows: Uint32Array, masks?: Masks | null) {
    const table = lay(model, rows.length)
    const { places } = table
    table.params.set(params)
    spreadRows(space, places, places.input, data.values, model.inputs, rows)
    for (const [i, mask] of (masks ?? []).entries()) {
      const place = places.layers[i]
      if (place) spreadRows(space, places, place.mask, mask, place.layer.units)
    }
    const ms = pass(table.forward, table, Boolean(masks))
    gatherRows(space, places, places.end.values, table.outputs, model.outputs)
    return { table, ms }
  }

  function step(params: Float64Array, rows: Uint32Array, masks?: Masks | null) {
    const { table, ms } = forward(params, rows, masks)
    const { places, outputs, derivatives } = table
    const loss = head.loss(outputs, targets, rows, derivatives)
    spreadRows(space, places, places.end.deltas, derivatives, model.outputs)
    sharing.took(ms + pass(table.back, table, Boolean(masks)))
    return { table, loss }
  }

  return {
    lossAndGradient(params, rows, gradient, masks) {
      const { table, loss } = step(params, rows, masks)
      gradient.set(table.gradient)
      return loss
    },
    exampleNorms(params, rows, masks) {
      const { places } = step(params, rows, masks).table
      const squares = squaresOfRows(space, places, model.shared, Boolean(masks))
      // The loss is a mean over the rows.
      return squares.map((square) => rows.length * Math.sqrt(square))
    },
    outputs(params) {
      const out = new Float64Array(data.height * model.outputs)
      for (let from = 0; from < data.height; from += CHUNK_ROWS) {
        const height = Math.min(CHUNK_ROWS, data.height - from)
        const rows = Uint32Array.from({ length: height }, (_, i) => from + i)
        out.set(forward(params, rows).table.outputs, from * model.outputs)
      }
      return out
    },
    close: () => undefined,
  }
}

/** Squared lengths of each row's own gradient by the first `shared` parameters, after a pass back. */
function squaresOfRows(space: Workspace, places: Places, shared: number, masked: boolean): Float64Array {
  const found = new Float64Array(places.height)
  let before = places.input
  for (const place of places.layers) {
    const squares = squaresOfLayer(space, places, place, before, shared)
    for (const [row, square] of squares.entries()) found[row] = (found[row] as number) + square // safe: as many rows
    before = masked ? place.kept : place.values
  }
  return found
}

function squaresOfLayer(
  space: Workspace,
  places: Places,
  { layer, deltas, normaliser }: LayerPlace,
  before: number,
  shared: number,
): Float64Array {
  const inner = squaresOf(space, places, before, layer.inputs)
  const outer = squaresOf(space, places, deltas, layer.units)
  const own = outer.map((square, row) => weigh(layer, shared, inner[row] as number) * square) // safe: as many rows
  if (!normaliser) return own
  const normal = space.floats(normaliser.inverses, places.height)
  return own.map((square, row) => square + (normal[row] as number)) // safe: as many rows
}
