import type { Layout } from '#trainer/models/layout.ts'
import { packParams, type Part, passBack, passForward } from './passes.ts'
import { type Places, placesOf } from './places.ts'
import { CALL, type Kernels, writeRecipe } from './recipe.ts'
import { type Lists, TEAM_END } from './team.ts'
import type { Workspace } from './workspace.ts'

/** The kernels' memory as laid out for one model and one height of batch, and what a team does there. */
export interface Table {
  readonly places: Places
  readonly threads: number
  readonly params: Float64Array
  readonly gradient: Float64Array
  /** From the parameters to the outputs, and from the derivatives to the gradient. */
  readonly forward: Pass
  readonly back: Pass
  readonly outputs: Float64Array
  readonly derivatives: Float64Array
}

/** The calls of a pass, by whether there is dropout and whether a whole team does it or this thread alone. */
export type Pass = (masked: boolean, shared: boolean) => Lists

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
  const forward = recipesFor(threads, (masked, kernels, part) => {
    packParams(kernels, places, part)
    passForward(kernels, places, masked, part)
  })
  const back = recipesFor(threads, (masked, kernels, part) => passBack(kernels, places, masked, part))
  const words = [...forward, ...back].flat().reduce((sum, list) => sum + list.length, 0)
  space.reach(places.bytes + 4 * words)
  // Columns beyond a matrix's last and rows beyond a batch's last must be 0.
  space.floats(TEAM_END, (places.bytes - TEAM_END) / 4).fill(0)
  for (const { layer, normaliser } of places.layers)
    if (normaliser) space.floats(normaliser.live, layer.units).fill(1)
  const store = createStore(space, places.bytes)
  return {
    places,
    threads,
    params: space.doubles(places.params, model.length),
    gradient: space.doubles(places.gradient, model.length),
    forward: store(forward),
    back: store(back),
    outputs: new Float64Array(height * model.outputs),
    derivatives: new Float64Array(height * model.outputs),
  }
}

type Make = (masked: boolean, kernels: Kernels, part: Part) => void

/** A pass in its four ways: alone without and with dropout, shared without and with it. */
function recipesFor(threads: number, make: Make): Int32Array[][] {
  return [1, threads].flatMap((parts) =>
    [false, true].map((masked) => recipesOf(parts, (kernels, part) => make(masked, kernels, part))),
  )
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

/** Keeps the ways of a pass one after another in the kernels' memory. */
function createStore(space: Workspace, from: number): (ways: readonly Int32Array[][]) => Pass {
  let at = from
  const keep = (list: Int32Array) => {
    space.words(at, list.length).set(list)
    at += 4 * list.length
    return { at: at - 4 * list.length, calls: list.length / CALL }
  }
  return (ways) => {
    const kept = ways.map((lists) => lists.map(keep))
    return (masked, shared) => kept[(shared ? 2 : 0) + (masked ? 1 : 0)] ?? []
  }
}
