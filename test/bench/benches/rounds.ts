import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Bench, Figures } from '../bench.ts'
import type { Flock } from '../rounds/exchange.ts'

const LENGTHS = [10_000, 100_000, 1_000_000]
const COUNTS = [4, 10, 25, 50]
const LIMIT_MS = 1_800_000

/** Rounds of real members over loopback, each size of flock in a process of its own: every byte that leaves is counted. */
export const bench: Bench = {
  about:
    'rounds of 4 to 50 members in one process: bytes per member and round, time, memory, for three sizes',
  async run({ quick }) {
    const figures: Record<string, number | string> = {}
    for (const count of quick ? [4] : COUNTS) {
      for (const length of quick ? [10_000] : LENGTHS) {
        const measured = await measure({ count, length, trainings: quick ? 2 : trainingsFor(count, length) })
        for (const [figure, value] of Object.entries(measured)) {
          const name = `n=${count}, ${length} parameters: ${figure}`
          process.stderr.write(`  ${name}: ${value}\n`)
          figures[name] = value
        }
      }
    }
    return figures
  },
}

/** Fewer rounds of what takes long. */
function trainingsFor(count: number, length: number): number {
  const numbers = count * count * length
  if (numbers > 500e6) return 1
  return numbers > 20e6 ? 3 : 8
}

async function measure({ count, length, trainings }: Flock): Promise<Figures> {
  const program = path.join(import.meta.dirname, '..', 'rounds', 'exchange-process.ts')
  const args = ['--disable-warning=ExperimentalWarning', program, ...[count, length, trainings].map(String)]
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: LIMIT_MS })
  return JSON.parse(stdout) as Figures // what the program prints
}
