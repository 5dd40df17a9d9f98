import { runDropouts, type DropoutReport } from '../../simulation/dropouts.ts'
import type { Figures } from '../bench.ts'

/** Training rounds of one study; many short studies rather than one long one, so that the rota starts anew. */
const TRAININGS = 10
const SEED = 1000

/** So many studies of so many members. */
export interface Studies {
  readonly members: number
  readonly studies: number
}

/** The share of rounds that drop-outs void or repeat, and what that costs in time; throws when a sum was wrong or a study hung. */
export async function dropoutFigures(rate: number, { members, studies }: Studies): Promise<Figures> {
  const calm = await runAll(0, { members, studies: 1 })
  const all = await runAll(rate, { members, studies })
  const rounds = total(all, (one) => one.rounds)
  const share = (count: number) => `${((100 * count) / rounds).toFixed(1)}%`
  const time = (reports: readonly DropoutReport[]) =>
    total(reports, (one) => one.virtualMs) / total(reports, (one) => one.rounds - one.voided)
  const name = `n=${members}, drop-outs ${rate * 100}%`
  return {
    [`${name}: rounds`]: rounds,
    [`${name}: members that dropped out`]: total(all, (one) => one.dropped),
    [`${name}: void rounds`]: share(total(all, (one) => one.voided)),
    [`${name}: repeated rounds`]: share(total(all, (one) => one.repeated)),
    [`${name}: attempts beyond the first, per round`]: (total(all, (one) => one.attempts) / rounds).toFixed(
      2,
    ),
    [`${name}: time for one result, times that without drop-outs`]: (time(all) / time(calm)).toFixed(2),
  }
}

async function runAll(rate: number, { members, studies }: Studies): Promise<DropoutReport[]> {
  const reports: DropoutReport[] = []
  for (let i = 0; i < studies; i++) {
    const report = await runDropouts({ seed: SEED + i, members, trainings: TRAININGS, rate })
    if (report.hung) throw new Error(`Seed ${SEED + i} of ${members} members hung`)
    if (report.faults.length > 0) throw new Error(`Seed ${SEED + i}: ${report.faults.join(', ')}`)
    reports.push(report)
  }
  return reports
}

function total<T>(list: readonly T[], of: (one: T) => number): number {
  return list.reduce((sum, one) => sum + of(one), 0)
}
