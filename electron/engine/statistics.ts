import * as v from 'valibot'
import { DriftLine, FEWEST_SHOWN, type StatisticsView } from '#contract/planning.ts'
import type { Hash } from '#domain/values.ts'
import { getDrift, putDrift } from '#store/drifts.ts'
import type { Drift } from '#trainer/statistics/drift.ts'
import { readTableOne, type Described } from '#trainer/statistics/table-one.ts'
import { studyIn } from './consent-files.ts'
import type { DataChoice } from './choices.ts'
import { taskOf, type Data } from './data.ts'
import { artefactsOf, bytesOf, statisticsIn } from './lineage.ts'
import type { Ports } from './ports.ts'
import type { Trainer } from './trainer.ts'

type StatisticsPorts = Pick<Ports, 'db' | 'library' | 'shelf' | 'histories' | 'announce' | 'log'> & {
  readonly data: Data
  readonly trainer: Pick<Trainer, 'run'>
}

/** Our data beside the statistics that they are compared with. */
interface Compared {
  readonly choice: DataChoice
  readonly statistics: Hash
  /** Names both: another dataset, mapping or sum is another comparison. */
  readonly key: string
}

const Lines = v.array(DriftLine)

/** What the statistics round said: read off its one opened sum, and compared with our own rows at home. */
export function createStatistics(ports: StatisticsPorts) {
  const { db, announce } = ports
  const underWay = new Set<string>()
  const failed = new Map<string, unknown>()

  /** Answers at once: a comparison that is not there yet is begun, and 'studies.changed' says when it is. */
  function get({ study: id }: { study: Hash }): StatisticsView | null {
    const { body } = studyIn(ports.library, id)
    const { statistics } = artefactsOf(ports, id, null)
    if (!statistics) return null
    const { rows, variables, outcome } = readTableOne(taskOf(body), statistics)
    const about = { rows, variables: variables.map(shown), outcome: outcome.map((one) => ({ ...one })) }
    const compared = comparedOf(id)
    const drift = compared && kept(id, compared)
    if (!compared || drift) return { ...about, drift, comparing: false }
    if (failed.has(compared.key)) {
      const reason = failed.get(compared.key)
      failed.delete(compared.key)
      throw reason
    }
    void compare(id)
    return { ...about, drift: null, comparing: true }
  }

  /** Compares our rows with all others once, so that whoever looks later need not wait. Does nothing before the statistics. */
  async function compare(study: Hash): Promise<void> {
    const compared = comparedOf(study)
    if (!compared || underWay.has(compared.key) || kept(study, compared)) return
    const { choice, key } = compared
    underWay.add(key)
    try {
      const statistics = bytesOf(ports, compared.statistics)
      const drift = await ports.trainer.run('drift', choice, { statistics })
      putDrift(db, study, key, drift.map(lineOf))
    } catch (error) {
      failed.set(key, error)
      ports.log('warn', 'comparison-failed', { study, error })
    } finally {
      underWay.delete(key)
    }
    announce({ event: 'studies.changed', study })
  }

  function comparedOf(study: Hash): Compared | null {
    const choice = ports.data.chosen(study)
    const statistics = statisticsIn(ports, study)
    if (!choice || !statistics) return null
    return { choice, statistics, key: `${choice.key} ${statistics}` }
  }

  function kept(study: Hash, { key }: Compared): DriftLine[] | null {
    const parsed = v.safeParse(Lines, getDrift(db, study, key))
    return parsed.success ? parsed.output : null
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

const known = (value: number | null) => (value !== null && Number.isFinite(value) ? value : null)

function lineOf({ name, ours, others, difference, outside, finding, factor }: Drift): DriftLine {
  return {
    ...{ name, outside, finding, factor },
    ...{ ours: known(ours), others: known(others), difference: known(difference) },
  }
}
