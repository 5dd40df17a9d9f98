import { plant } from './plant.ts'
import '../bench/with-starter.ts'

// Plants a fault, then lets a hospital and a network be slow: prints what is wrong, a line each.
const [fault = ''] = process.argv.slice(2)
plant(fault)
// Loaded after planting, so that the modules carry the fault.
const { farHospital, slowHospital, slowNetwork } = await import('./slow.ts')

for (const wrong of [
  ...(await slowHospital(2000)),
  ...(await slowHospital(30_000)),
  ...(await slowNetwork()),
  ...(await farHospital(600)),
])
  process.stdout.write(`${wrong}\n`)
