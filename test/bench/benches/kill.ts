import { type Bench, type Figures, percentile } from '../bench.ts'
import { type Case, casesFor, naps } from '../../kill/cases.ts'
import { type Findings, runBatch } from '../../kill/lane.ts'
import { namespacesMissing } from '../../kill/namespaces.ts'
import { tableOf } from '../../kill/table.ts'

const RUNS = 200
/** Faults on one federation, one after the other. */
const BATCH = 25
/** Federations at a time: most of a run is waiting. */
const LANES = 3
/** Laptops that sleep, or are out of their network, for so long. */
const NAP_MS = 65_000
/** One of each fault, at entries that matter most. */
const QUICK: readonly Case[] = [
  { entry: 'committed', side: 'after', role: 'member', fault: 'kill' },
  { entry: 'revealed', side: 'before', role: 'proposer', fault: 'cut' },
]

/** Real processes that are killed, stopped and cut off at every entry of a round: none may hang, or come to another result. */
export const bench: Bench = {
  about:
    'kill -9, SIGSTOP and cut links at every entry of a round: what became of it, and how soon all are back',
  async run({ quick }) {
    const missing = namespacesMissing()
    if (missing) process.stderr.write(`ATTENTION: ${missing}. Links are cut by closing sockets instead.\n`)
    const findings: Findings = { endings: [], troubles: [], rounds: 0 }
    await runAll(quick ? [QUICK] : [...inBatches(casesFor(RUNS)), naps(NAP_MS)], findings)
    process.stdout.write(`${tableOf(findings.endings)}\n`)
    if (findings.troubles.length > 0) {
      const said = findings.troubles.map(({ what, error }) => `${what}: ${error}`)
      throw new Error(`Not all went well:\n${said.join('\n')}`)
    }
    return figuresOf(findings, missing === null)
  },
}

function inBatches(cases: readonly Case[]): (readonly Case[])[] {
  const count = Math.ceil(cases.length / BATCH)
  return Array.from({ length: count }, (_, i) => cases.slice(i * BATCH, (i + 1) * BATCH))
}

/** A batch that ended in trouble goes on with a fresh federation. */
async function runAll(batches: (readonly Case[])[], findings: Findings): Promise<void> {
  async function lane(): Promise<void> {
    for (let cases = batches.shift(); cases; cases = batches.shift()) {
      for (let left = cases; left.length > 0;) left = await runBatch(left, findings)
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
}

function figuresOf({ endings, rounds }: Findings, real: boolean): Figures {
  const count = (outcome: string) => endings.filter((one) => one.outcome === outcome).length
  const seconds = (values: readonly number[], hundred: number) =>
    (percentile(values, hundred) / 1000).toFixed(1)
  const rest = endings.map((one) => one.restMs)
  const back = endings.map((one) => one.startMs + one.backMs)
  return {
    ...{ runs: endings.length, hung: 0, wrong: 0, rounds },
    ...{ exact: count('exact'), repeated: count('repeated'), void: count('void') },
    'held until the one was back': count('held'),
    'links cut': real ? 'in network namespaces' : 'by closing sockets',
    'the others go on, median (s)': seconds(rest, 50),
    'the others go on, 95% (s)': seconds(rest, 95),
    'the one is back, median (s)': seconds(back, 50),
    'the one is back, 95% (s)': seconds(back, 95),
  }
}
