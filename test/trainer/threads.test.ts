import { expect, test } from 'vitest'
import { createSimdEngine } from '#trainer/compute/simd.ts'
import { gatherRows, spreadRows } from '#trainer/compute/simd/panels.ts'
import { createSharing } from '#trainer/compute/simd/sharing.ts'
import { createTables } from '#trainer/compute/simd/tables.ts'
import { createTeam } from '#trainer/compute/simd/team.ts'
import { openWorkspace } from '#trainer/compute/simd/workspace.ts'
import { aProblem, models } from './problem.ts'

/** Outputs and gradient of a step, shared by so many threads once their helpers are there. */
async function shared(threads: number, model: (typeof models)[number][1]) {
  const { layout, params, rows, masks } = aProblem(model)
  const space = openWorkspace()!
  const team = createTeam(space, () => threads)
  while (team.size() < threads) await team.gather()
  const table = createTables(space)({ model: layout, height: rows.length, threads })
  const { places } = table
  const last = layout.outputs
  const found: Float64Array[] = []
  // Helpers also have to come back to work after they fell asleep.
  for (let i = 0; i < 3; i++) {
    table.params.set(params)
    spreadRows(space, places, places.input, Float32Array.from(rows, Math.sin), 1, null)
    for (const [j, mask] of (masks ?? []).entries())
      spreadRows(space, places, places.layers[j]!.mask, mask, layout.layers[j]!.units)
    team.run(table.forward(masks !== null, true))
    gatherRows(space, places, places.end.values, table.outputs, last)
    spreadRows(space, places, places.end.deltas, table.outputs, last)
    team.run(table.back(masks !== null, true))
    found.push(table.outputs.slice(), table.gradient.slice())
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return found
}

/** Normalisation has one thread work while the others wait; several outputs share the last panel. */
const some = models.filter(([name]) =>
  ['linear', 'gelu with both and dropout', 'network, multiclass'].includes(name),
)

test.each(some)('how many threads compute a step changes no number of it: %s', async (_, model) => {
  const alone = await shared(1, model)
  expect(alone[1]!.some((value) => value !== 0)).toBe(true)
  expect(await shared(3, model)).toEqual(alone)
})

test('a large step is computed by helpers too, as soon as they are there', async () => {
  const layers = [160, 128].map((units) => ({ units, activation: 'gelu' as const }))
  const model = { kind: 'mlp', layers, dropout: 0, normalisation: 'layer' } as const
  const { layout, params, rows, open } = aProblem({ model }, 40, 500)
  const [alone, together] = [open(createSimdEngine(() => 1)!), open(createSimdEngine(() => 3)!)]
  const [mine, found] = [new Float64Array(layout.length), new Float64Array(layout.length)]
  const loss = await alone.lossAndGradient(params, rows, mine)
  for (let i = 0; i < 5; i++) {
    expect(await together.lossAndGradient(params, rows, found)).toBe(loss)
    expect(found.every((value, j) => value === mine[j])).toBe(true)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
})

test('steps are shared where that is quicker, which is looked at again now and then and for another number of threads', () => {
  const sharing = createSharing()
  /** Does so many steps of so long each, alone and shared; returns how many were shared. */
  const work = (steps: number, threads: number, [alone, shared]: readonly [number, number]) => {
    let count = 0
    for (let i = 0; i < steps; i++) {
      const isShared = sharing.among(threads)
      if (isShared) count += 1
      sharing.took(isShared ? shared : alone)
    }
    return count
  }
  expect(work(100, 1, [1, 1])).toBe(0)
  expect(work(500, 4, [3, 1])).toBe(495)
  expect(work(500, 4, [1, 3])).toBe(5)
  // A small gain is left to other programs.
  expect(work(500, 4, [1, 0.9])).toBe(5)
  // They come in the middle of a period, and the team does not wait for its end.
  expect(work(100, 4, [3, 1])).toBe(95)
  expect(work(400, 4, [3, 9])).toBeLessThan(5)
  expect(work(100, 8, [3, 1])).toBe(95)
})
