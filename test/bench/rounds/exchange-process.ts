import { measureRounds } from './exchange.ts'
import '../with-starter.ts'

// Measures one flock in a process of its own, so that its memory is its own: prints the figures as JSON.
const [count = 0, length = 0, trainings = 0] = process.argv.slice(2).map(Number)
process.stdout.write(JSON.stringify(await measureRounds({ count, length, trainings })))
process.exit()
