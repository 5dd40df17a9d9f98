import type { Attack } from '../attack.ts'
import { attackModel, type Run } from './trap/attack.ts'
import { scene } from './trap/scene.ts'
import { type Trap, traps } from './trap/traps.ts'

const RUNS = 100
const WIDTHS = [32, 128, 512, 1024, 2048, 4096]
const STEPS = [1, 2, 5, 10]
const POISONED = [0, 1, 0, 2, 0, 4, 0, 7, 0, 10]
const HARVESTED = [1, 1, 2, 1, 3, 1, 10]

/** Each run another trap, width, batch, and number of steps, poisoned and harvested rounds. */
function runsOf(quick: boolean): readonly Run[] {
  return Array.from({ length: quick ? traps.length : RUNS }, (_, i) => {
    const trap = traps[i % traps.length] as Trap
    const turn = Math.floor(i / traps.length)
    const units = quick ? 64 : WIDTHS[(i + turn) % WIDTHS.length]!
    return {
      trap,
      // Two layers as wide as the widest are as many numbers as no study has.
      units: trap.layers === 2 ? Math.min(units, 512) : units,
      steps: STEPS[(i + 2 * turn) % STEPS.length]!,
      batch: i % 3 === 0 ? 64 : 65_536,
      poisoned: quick ? 0 : POISONED[(i + turn) % POISONED.length]!,
      rounds: quick ? 1 : HARVESTED[(i + turn) % HARVESTED.length]!,
      number: i + 1,
    }
  })
}

/** Row 1 of the table: patients read off an opened sum by a model that was made to show them. */
export const attack: Attack = {
  row: 1,
  about: 'a member poisons the shared model so that the next sum shows patients',
  async run({ quick }) {
    const at = scene()
    const runs = runsOf(quick)
    const control = await attackModel(at, controlRun, 'nothing')
    const product = await tally(runs, (run) => attackModel(at, run))
    // Without the refusal what covers the rows has to hold alone.
    const cover = await tally(runs, (run) => attackModel(at, run, 'cover'))
    const failed = product.read + cover.read > 0 || control.read < 20
    const got =
      `${at.name}: ${product.read} patients read in ${product.runs} runs (${product.plans} plans refused, ` +
      `some hospital refused the model in ${product.refused}); ${cover.read} in ${cover.runs} with the refusal switched off; ` +
      `${control.read} where nothing stood in the way`
    return { got, failed }
  },
}

/** One step, a wide ladder: what was read before. */
const controlRun: Run = {
  trap: traps[0] as Trap,
  ...{ units: 512, steps: 1, batch: 65_536, poisoned: 0, rounds: 1, number: 1 },
}

async function tally(runs: readonly Run[], attackBy: (run: Run) => ReturnType<typeof attackModel>) {
  const total = { runs: runs.length, read: 0, plans: 0, refused: 0 }
  for (const run of runs) {
    const { read, refused, plan } = await attackBy(run)
    total.read += read
    total.plans += Number(plan !== null)
    total.refused += Number(refused > 0)
    if (read > 0) process.stderr.write(`read ${read}: ${JSON.stringify({ ...run, trap: run.trap.name })}\n`)
  }
  return total
}
