import { plant } from './plant.ts'
import '../bench/with-starter.ts'

// Plants a fault, then runs seeds until the referee sees it: prints the seed, or ends with code 1.
const [fault = '', within = '0', of] = process.argv.slice(2)
const trouble = of === 'liar' || of === 'strangers' ? of : null
plant(fault)
// Loaded after planting, so that the modules carry the fault.
const { runStorm } = await import('./storm.ts')

let found: number | null = null
for (let seed = 1; found === null && seed <= Number(within); seed++) {
  const { faults } = await runStorm({ seed, clearMs: 2000, ...(trouble ? { trouble } : {}) })
  if (faults.length > 0) found = seed
}
if (found !== null) process.stdout.write(String(found))
process.exit(found === null ? 1 : 0)
