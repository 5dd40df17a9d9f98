import type { Layout } from '#trainer/models/layout.ts'
import { type Places, placesOf } from './places.ts'
import type { Workspace } from './vectors.ts'

/** The kernels' memory as laid out for one model and one height of batch, and what is written and read there. */
export interface Table {
  readonly places: Places
  readonly params: Float64Array
  readonly gradient: Float64Array
  readonly rows: Float64Array
  readonly outputs: Float64Array
  readonly derivatives: Float64Array
}

/** Lays the one memory for whoever takes a turn: anew where it was another's turn before, or another height's. */
export function createTables(space: Workspace) {
  let last: { readonly model: Layout; readonly table: Table } | null = null
  return (model: Layout, height: number): Table => {
    if (last?.model !== model || last.table.places.height !== height)
      last = { model, table: lay(space, model, height) }
    return last.table
  }
}

function lay(space: Workspace, model: Layout, height: number): Table {
  const places = placesOf(model, height)
  space.reach(places.bytes)
  // Columns beyond a matrix's last and rows beyond a batch's last must be 0.
  space.floats(0, places.bytes / 4).fill(0)
  for (const { layer, normaliser } of places.layers)
    if (normaliser) space.floats(normaliser.live, layer.units).fill(1)
  return {
    places,
    params: space.doubles(places.params, model.length),
    gradient: space.doubles(places.gradient, model.length),
    rows: space.doubles(places.rows, height * places.widest),
    outputs: space.doubles(places.outputs, height * model.outputs),
    derivatives: space.doubles(places.derivatives, height * model.outputs),
  }
}
