import { availableParallelism } from 'node:os'
import path from 'node:path'
import { runStorm, type StormReport } from '../../simulation/storm.ts'
import type { Bench, Figures } from '../bench.ts'
import { runProcess } from '../processes.ts'
import { createTally } from '../storms.ts'

/** Studies; each is three rounds or more, so that over 10,000 sums are opened. */
const RUNS = 3200
const QUICK_RUNS = 40
/** Faults that a member which lies, or one that knows few of the others, brings to light: within so many seeds. */
const BY_TROUBLE = {
  'training-unguarded': 'liar',
  'omitted-ready-accepted': 'liar',
  'unconfirmed-counted': 'strangers',
}
const FIND_TROUBLE_WITHIN = 100
/** A planted fault has to be found within so many seeds. */
const FIND_WITHIN = 1000
const PLANTED = [
  ...['mask-kept-after-abort', 'second-roster-signed', 'early-reveal'],
  ...['second-vote-counted', 'rollback-by-half', 'rollback-ignored'],
]
const fileOf = (name: string) => path.join(import.meta.dirname, '..', '..', 'simulation', name)

/** More than ten thousand sums of seeded federations under crashes, sleep, cut links, loss and repetition, with the real round modules. */
export const bench: Bench = {
  about:
    'secure sums of 3 to 50 under drop-outs, delays, duplicates and reorders, and faults planted to be found',
  async run({ quick }) {
    const tally = createTally()
    await runStorms(quick ? QUICK_RUNS : RUNS, (report) => {
      tally.add(report)
      const { seed, faults, hung } = report
      if (faults.length > 0 || hung)
        process.stderr.write(`seed ${seed}: ${hung ? 'hung ' : ''}${faults.join('; ')}\n`)
      if (tally.count() % 500 === 0) process.stderr.write(`${tally.count()} studies\n`)
    })
    await runTroubles(quick ? QUICK_RUNS / 4 : RUNS / 10)
    const planted = await findPlanted()
    const figures = tally.figures()
    if (figures.wrong !== 0 || figures.hung !== 0) throw new Error('A secure sum was wrong or a study hung')
    return { ...figures, ...planted }
  },
}

type Report = StormReport & { readonly seed: number }

/** Runs seeds 1 to `last` in as many processes as there are processors. */
async function runStorms(last: number, onReport: (report: Report) => void): Promise<void> {
  const lines = availableParallelism()
  const runs = Array.from(
    { length: lines },
    (_, i) =>
      runProcess(fileOf('storms-process.ts'), [i + 1, last, lines], (line) =>
        onReport(JSON.parse(line) as Report),
      ), // our own process wrote it
  )
  const codes = await Promise.all(runs)
  if (codes.some((one) => one !== 0)) throw new Error('A process with storms ended early')
}

/** Studies with a member that lies, or one that knows few: nothing is singled out, and where others are enough no study hangs. */
async function runTroubles(last: number): Promise<void> {
  for (const trouble of ['liar', 'strangers'] as const)
    for (let seed = 1; seed <= last; seed++) {
      const members = 4 + (seed % 4)
      const { faults, hung } = await runStorm({ seed, members, trainings: 3, trouble })
      if (faults.length > 0 || hung)
        throw new Error(`seed ${seed} with ${trouble}: ${hung ? 'hung ' : ''}${faults.join('; ')}`)
    }
}

/** Plants each fault in a process of its own and tells the seed that showed it. */
async function findPlanted(): Promise<Figures> {
  const found: Record<string, string> = {}
  for (const fault of PLANTED) {
    const code = await runProcess(fileOf('hunt-process.ts'), [fault, FIND_WITHIN], (line) => {
      found[`${fault} found at seed`] = line
    })
    if (code !== 0) throw new Error(`The planted fault ${fault} was not found within ${FIND_WITHIN} seeds`)
  }
  for (const [fault, trouble] of Object.entries(BY_TROUBLE)) {
    const code = await runProcess(
      fileOf('hunt-process.ts'),
      [fault, FIND_TROUBLE_WITHIN, trouble],
      (line) => {
        found[`${fault} found at seed`] = line
      },
    )
    if (code !== 0) throw new Error(`The planted fault ${fault} was not found`)
  }
  return found
}
