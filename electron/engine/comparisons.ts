import * as v from 'valibot'
import { DriftLine } from '#contract/planning.ts'
import { getDrift, putDrift } from '#store/drifts.ts'
import type { Drift } from '#trainer/statistics/drift.ts'
import type { DataChoice } from './choices.ts'
import type { Data } from './data.ts'
import { bytesOf, statisticsIn } from './lineage.ts'
import type { Ports } from './ports.ts'
import type { Trainer } from './trainer.ts'

type ComparisonPorts = Pick<Ports, 'db' | 'library' | 'shelf' | 'histories' | 'log'> & {
  readonly data: Pick<Data, 'chosen'>
  readonly trainer: Pick<Trainer, 'run'>
}

const Lines = v.array(DriftLine)
/** Mappings that are only tried are compared, too; so many of the latest are remembered. */
const MOST_TRIED = 20
/** Whoever looks at a mapping waits no longer for its comparison: the trainer may be at work on a round. */
const PATIENCE_MS = 5000

/** Our rows beside the opened statistics of all, computed at home, once for each dataset, mapping and statistics. */
export function createComparisons(ports: ComparisonPorts) {
  const { db, data } = ports
  const underWay = new Map<string, Promise<DriftLine[]>>()
  const tried = new Map<string, DriftLine[]>()

  /** Names both sides: another dataset, mapping or sum is another comparison. Null before the statistics. */
  function keyOf(choice: DataChoice): string | null {
    const statistics = statisticsIn(ports, choice.study)
    return statistics && `${choice.key} ${statistics}`
  }

  /** What is known already; null where nothing is. */
  function kept(choice: DataChoice): DriftLine[] | null {
    const key = keyOf(choice)
    if (key === null) return null
    const parsed = v.safeParse(Lines, getDrift(db, choice.study, key))
    return parsed.success ? parsed.output : (tried.get(key) ?? null)
  }

  /** Compares where that has not been done. Null before the statistics; rejects as the trainer does. */
  async function make(choice: DataChoice): Promise<DriftLine[] | null> {
    const key = keyOf(choice)
    const known = kept(choice)
    if (known || key === null) return known
    const made = underWay.get(key) ?? compute(choice, key)
    underWay.set(key, made)
    return made.finally(() => underWay.delete(key))
  }

  async function compute(choice: DataChoice, key: string): Promise<DriftLine[]> {
    const { study } = choice
    const hash = statisticsIn(ports, study)
    const statistics = hash && bytesOf(ports, hash)
    const lines = statistics ? await ports.trainer.run('drift', choice, { statistics }) : []
    const told = lines.map((line) => lineOf(choice, line))
    if (data.chosen(study)?.key === choice.key) putDrift(db, study, key, told)
    else remember(key, told)
    return told
  }

  function remember(key: string, lines: DriftLine[]): void {
    tried.set(key, lines)
    for (const oldest of [...tried.keys()].slice(0, -MOST_TRIED)) tried.delete(oldest)
  }

  /** The same within some seconds; null where it takes longer or fails: then whoever looks again sees it. */
  async function soon(choice: DataChoice): Promise<DriftLine[] | null> {
    const known = kept(choice)
    if (known) return known
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), PATIENCE_MS)))
    const made = make(choice).catch((error: unknown) => {
      ports.log('warn', 'comparison-failed', { study: choice.study, error })
      return null
    })
    return Promise.race([made, late]).finally(() => clearTimeout(timer))
  }

  return { keyOf, kept, make, soon }
}
export type Comparisons = ReturnType<typeof createComparisons>

const known = (value: number | null) => (value !== null && Number.isFinite(value) ? value : null)

function lineOf({ plan }: DataChoice, line: Drift): DriftLine {
  const { name, variable, ours, others, difference, outside, finding, factor } = line
  const about = variable === null ? plan.outcome.name : (plan.variables[variable]?.name ?? name)
  return {
    ...{ name, variable: about, outside, finding, factor },
    ...{ ours: known(ours), others: known(others), difference: known(difference) },
  }
}
