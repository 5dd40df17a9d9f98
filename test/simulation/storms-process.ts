import { runStorm } from './storm.ts'
import { sizeOfSeed } from './sizes.ts'
import '../bench/with-starter.ts'

// Runs the seeds `first`, `first + step`, ... up to `last`, and prints a line of JSON for each.
const [first = 1, last = 0, step = 1] = process.argv.slice(2).map(Number)
for (let seed = first; seed <= last; seed += step) {
  const report = await runStorm({ seed, ...sizeOfSeed(seed) })
  process.stdout.write(`${JSON.stringify({ seed, ...report })}\n`)
}
