import { plant } from '../simulation/plant.ts'
import '../bench/with-starter.ts'

// Plants a fault, then searches with a liar in each place in turn: prints how many states it took, or ends with code 1.
const [fault = '', walks = '0'] = process.argv.slice(2)
plant(fault)
// Loaded after planting, so that the modules carry the fault.
const { search, wander } = await import('./search.ts')

let looked = 0
for (const liar of [3, 2, 1, 0]) {
  const bounds = { kind: 'training', liar, crashes: true } as const
  const near = await search({ ...bounds, lastAttempt: 0, mostStates: 3000 })
  const far =
    near.faults.length > 0 ? near : await wander({ ...bounds, lastAttempt: 1, walks: Number(walks), seed: 1 })
  looked += near === far ? near.states : near.states + far.states
  if (far.faults.length === 0) continue
  process.stdout.write(`${looked} states: ${(far.faults[0] ?? '').split(/[:\n]/)[0]}\n`)
  process.exit(0)
}
process.exit(1)
