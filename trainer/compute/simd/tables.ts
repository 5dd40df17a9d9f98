import type { Layout } from '#trainer/models/layout.ts'
import { packParams, type Part, passBack, passForward } from './passes.ts'
import { type Places, placesOf } from './places.ts'
import { CALL, type Kernels, writeRecipe } from './recipe.ts'
import { type Lists, TEAM_END } from './team.ts'
import type { Workspace } from './workspace.ts'

/** The kernels' memory as laid out for one model and one height of batch, and what a team does there. */
export interface Table {
  readonly places: Places
  readonly params: Float64Array
  readonly gradient: Float64Array
  /** From the parameters to the outputs, and from the derivatives to the gradient: without dropout, with it. */
  readonly forward: readonly [Lists, Lists]
  readonly back: readonly [Lists, Lists]
  readonly outputs: Float64Array
  readonly derivatives: Float64Array
}

/** Whose turn it is to lay the memory. */
interface Turn {
  readonly model: Layout
  readonly height: number
  readonly threads: number
}

/** Lays the one memory for whoever takes a turn: anew where it was another's turn before, or another height's. */
export function createTables(space: Workspace) {
  let last: { readonly turn: Turn; readonly table: Table } | null = null
  return (turn: Turn): Table => {
    const same =
      last?.turn.model === turn.model &&
      last.turn.height === turn.height &&
      last.turn.threads === turn.threads
    if (!last || !same) last = { turn, table: lay(space, turn) }
    return last.table
  }
}

function lay(space: Workspace, { model, height, threads }: Turn): Table {
  const places = placesOf(model, height)
  const forward = (masked: boolean) =>
    recipesOf(threads, (kernels, part) => {
      packParams(kernels, places, part)
      passForward(kernels, places, masked, part)
    })
  const back = (masked: boolean) =>
    recipesOf(threads, (kernels, part) => passBack(kernels, places, masked, part))
  const passes = [forward(false), forward(true), back(false), back(true)] as const
  space.reach(places.bytes + 4 * passes.flat().reduce((sum, list) => sum + list.length, 0))
  // Columns beyond a matrix's last and rows beyond a batch's last must be 0.
  space.floats(TEAM_END, (places.bytes - TEAM_END) / 4).fill(0)
  for (const { layer, normaliser } of places.layers)
    if (normaliser) space.floats(normaliser.live, layer.units).fill(1)
  const store = createStore(space, places.bytes)
  return {
    places,
    params: space.doubles(places.params, model.length),
    gradient: space.doubles(places.gradient, model.length),
    forward: [store(passes[0]), store(passes[1])],
    back: [store(passes[2]), store(passes[3])],
    outputs: new Float64Array(height * model.outputs),
    derivatives: new Float64Array(height * model.outputs),
  }
}

/** The same work for each thread of a team. At its end all wait for the last. */
function recipesOf(parts: number, make: (kernels: Kernels, part: Part) => void): Int32Array[] {
  return Array.from({ length: parts }, (_, part) =>
    writeRecipe(parts, (kernels) => {
      make(kernels, { part, parts })
      kernels.meet()
    }),
  )
}

/** Keeps lists one after another in the kernels' memory. */
function createStore(space: Workspace, from: number): (lists: readonly Int32Array[]) => Lists {
  let at = from
  return (lists) =>
    lists.map((list) => {
      space.words(at, list.length).set(list)
      at += 4 * list.length
      return { at: at - 4 * list.length, calls: list.length / CALL }
    })
}
