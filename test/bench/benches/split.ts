import { createFederation, type FederationOptions } from '../../kill/federation.ts'
import { judge } from '../../kill/judge.ts'
import { namespacesMissing } from '../../kill/namespaces.ts'
import { createSplits, splitsOf, type Split, type SplitEnding } from '../../kill/splits.ts'
import { type Bench, type Figures, percentile } from '../bench.ts'

const PACE = { answer: 3000, compute: 3000, exchange: 3000 }
/** Halves, and majorities that are no two thirds: where a plain majority decides, the larger part goes on alone. */
const FEDERATIONS: readonly [readonly [number, number], Split['quorum'], number][] = [
  [[2, 2], 'two-thirds', 16],
  [[3, 2], 'two-thirds', 8],
  [[3, 2], 'majority', 8],
  [[4, 3], 'two-thirds', 8],
]

/** A network that falls apart in two while a round is at each of its entries: never two results for one round. */
export const bench: Bench = {
  about: 'networks that split in halves at every entry of a round, and heal: no round ever has two results',
  async run({ quick }) {
    const missing = namespacesMissing()
    if (missing) {
      process.stderr.write(`SKIPPED: ${missing}. A network is split in network namespaces only.\n`)
      return { splits: 0, 'not run': missing }
    }
    const figures: Record<string, number | string> = { splits: 0, 'rounds with two results': 0 }
    for (const [sizes, quorum, count] of quick ? [FEDERATIONS[0]!] : FEDERATIONS) {
      const splits = splitsOf(sizes, quorum, quick ? 1 : count)
      const { endings, faults } = await runSplits(splits, sizes[0] + sizes[1])
      if (faults.length > 0) throw new Error(faults.join('\n'))
      figures.splits = Number(figures.splits) + endings.length
      figures[`${sizes.join(' + ')}, ${quorum}`] = describe(endings)
    }
    return figures satisfies Figures
  },
}

async function runSplits(splits: readonly Split[], members: number) {
  const { quorum } = splits[0]!
  const options: FederationOptions = { members, quorum, pace: PACE, trainings: 5000, computeMs: 1000 }
  const federation = await createFederation(options)
  try {
    const study = await federation.begin()
    const run = createSplits(federation, study)
    const endings: SplitEnding[] = []
    for (const [i, split] of splits.entries()) {
      const ending = await run(split, i)
      endings.push(ending)
      const { entry, side } = split.at
      process.stderr.write(`${members} members, ${side} ${entry}: ${describe([ending])}\n`)
    }
    await Promise.all(federation.members.map((one) => one.stop()))
    const { faults } = await judge(federation.members, study)
    return { endings, faults }
  } finally {
    await federation.remove()
  }
}

function describe(endings: readonly SplitEnding[]): string {
  const count = (outcome: string) => endings.filter((one) => one.outcome === outcome).length
  const meanwhile = endings.reduce((sum, one) => sum + one.meanwhile, 0)
  const back = percentile(
    endings.map((one) => one.backMs),
    95,
  )
  return (
    `${endings.length} splits, ${count('exact')} exact, ${count('repeated')} repeated, ${count('void')} void, ` +
    `${meanwhile} rounds decided meanwhile, together again within ${(back / 1000).toFixed(1)} s (95%)`
  )
}
