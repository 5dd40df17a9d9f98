import { spawn } from 'node:child_process'
import path from 'node:path'
import { runStorm, type StormReport } from '../../simulation/storm.ts'
import type { Bench, Figures } from '../bench.ts'

const RUNS = 10_000
const QUICK_RUNS = 60
/** A planted fault has to be found within so many seeds. */
const FIND_WITHIN = 1000
const PLANTED = ['mask-kept-after-abort', 'second-roster-signed', 'early-reveal']

/** Ten thousand seeded federations under crashes, sleep, cut links, loss and repetition, with the real round modules. */
export const bench: Bench = {
  about: 'secure sums under drop-outs, delays, duplicates and reorders, and faults planted to be found',
  async run({ quick }) {
    const runs = quick ? QUICK_RUNS : RUNS
    const total = { wrong: 0, hung: 0, rounds: 0, voided: 0, repeated: 0 }
    for (let seed = 1; seed <= runs; seed++) {
      const report = await runStorm({ seed })
      add(total, report)
      if (report.faults.length > 0 || report.hung) complain(seed, report)
    }
    const planted = await findPlanted()
    if (total.wrong > 0 || total.hung > 0) throw new Error('A secure sum was wrong or a study hung')
    return { runs, ...total, 'sums opened': total.rounds - total.voided, ...planted }
  },
}

function add(
  total: { wrong: number; hung: number; rounds: number; voided: number; repeated: number },
  one: StormReport,
) {
  total.wrong += one.faults.length > 0 ? 1 : 0
  total.hung += one.hung ? 1 : 0
  total.rounds += one.rounds
  total.voided += one.voided
  total.repeated += one.repeated
}

function complain(seed: number, { faults, hung }: StormReport) {
  process.stderr.write(`seed ${seed}: ${hung ? 'hung ' : ''}${faults.join('; ')}\n`)
}

/** Plants each fault in a process of its own and tells the seed that showed it. */
async function findPlanted(): Promise<Figures> {
  const found: Record<string, number> = {}
  for (const fault of PLANTED) found[`${fault} found at seed`] = await firstSeed(fault)
  return found
}

function firstSeed(fault: string): Promise<number> {
  const hunt = path.join(import.meta.dirname, '..', '..', 'simulation', 'hunt-process.ts')
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [hunt, fault, String(FIND_WITHIN)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.on('data', (data: Buffer) => (output += data.toString()))
    child.on('exit', (code) => {
      if (code === 0) resolve(Number(output))
      else reject(new Error(`The planted fault ${fault} was not found within ${FIND_WITHIN} seeds`))
    })
  })
}
