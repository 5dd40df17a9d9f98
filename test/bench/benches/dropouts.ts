import type { Bench, Figures } from '../bench.ts'
import { dropoutFigures } from '../rounds/dropouts.ts'

const RATES = [0.01, 0.05]
const STUDIES = [
  { members: 10, studies: 25 },
  { members: 25, studies: 10 },
  { members: 50, studies: 4 },
]

/** Whether rounds need a variant with secret shares: how many are void or repeated when members drop out at random. */
export const bench: Bench = {
  about:
    'share of void and repeated rounds at 1% and 5% random drop-outs for 10, 25 and 50 members (simulated)',
  async run({ quick }) {
    const figures: Record<string, number | string> = {}
    for (const rate of quick ? [0.05] : RATES) {
      for (const studies of quick ? [{ members: 5, studies: 1 }] : STUDIES) {
        const measured: Figures = await dropoutFigures(rate, studies)
        for (const [name, value] of Object.entries(measured)) process.stderr.write(`  ${name}: ${value}\n`)
        Object.assign(figures, measured)
      }
    }
    return figures
  },
}
