import { FEWEST_SHOWN, type StatisticsView } from '#contract/planning.ts'
import type { Hash } from '#domain/values.ts'
import { readTableOne, type Described } from '#trainer/statistics/table-one.ts'
import { type Comparisons } from './comparisons.ts'
import { studyIn } from './consent-files.ts'
import { contradictionsIn } from './contradictions.ts'
import { taskOf, type Data } from './data.ts'
import { artefactsHere } from './lineage.ts'
import type { Ports } from './ports.ts'

type StatisticsPorts = Pick<Ports, 'library' | 'shelf' | 'histories' | 'announce' | 'log'> & {
  readonly data: Pick<Data, 'chosen'>
  readonly comparisons: Comparisons
}

/** What the statistics round said: read off its one opened sum, and compared with our own rows at home. */
export function createStatistics(ports: StatisticsPorts) {
  const { comparisons, log } = ports
  const failed = new Map<string, unknown>()
  const underWay = new Set<string>()

  /** Answers at once: a comparison that is not there yet is begun, and 'studies.changed' says when it is. */
  function get({ study: id }: { study: Hash }): StatisticsView | null {
    const { body } = studyIn(ports.library, id)
    const here = artefactsHere(ports, id, null)
    if (!here) return null
    const { rows, variables, outcome } = readTableOne(taskOf(body), here.statistics)
    const about = { rows, variables: variables.map(shown), outcome: outcome.map((one) => ({ ...one })) }
    const choice = ports.data.chosen(id)
    const drift = choice && comparisons.kept(choice)
    if (!choice || drift) return { ...about, drift, comparing: false }
    const key = comparisons.keyOf(choice) ?? ''
    if (failed.has(key)) {
      const reason = failed.get(key)
      failed.delete(key)
      throw reason
    }
    void compare(id)
    return { ...about, drift: null, comparing: true }
  }

  /** Compares our rows with all others once, so that whoever looks later need not wait. Does nothing before the statistics. */
  async function compare(study: Hash): Promise<void> {
    const choice = ports.data.chosen(study)
    const key = choice && comparisons.keyOf(choice)
    if (!choice || !key || underWay.has(key) || comparisons.kept(choice)) return
    underWay.add(key)
    try {
      const found = contradictionsIn((await comparisons.make(choice)) ?? [])
      for (const { code, variable } of found) log('warn', 'contradiction', { study, code, variable })
    } catch (error) {
      failed.set(key, error)
      log('warn', 'comparison-failed', { study, error })
    } finally {
      underWay.delete(key)
    }
    ports.announce({ event: 'studies.changed', study })
  }

  return { get, compare }
}

/** Cells of a few patients are not shown as how many. */
const countOf = (rows: number) => (rows > 0 && rows < FEWEST_SHOWN ? null : rows)

function shown({ name, unit, missing, mean, sd, quantiles, levels }: Described) {
  return {
    ...{ name, unit, mean, sd },
    ...(missing === null ? {} : { missing: countOf(missing) }),
    quartiles:
      quantiles && ([quantiles.lower, quantiles.median, quantiles.upper] as [number, number, number]),
    levels: levels.map((one) => ({ name: one.name, rows: countOf(one.rows) })),
  }
}
