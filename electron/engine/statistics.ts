import { FEWEST_SHOWN, type StatisticsView } from '#contract/planning.ts'
import type { Hash } from '#domain/values.ts'
import type { Drift } from '#trainer/statistics/drift.ts'
import { readTableOne, type Described } from '#trainer/statistics/table-one.ts'
import { studyIn } from './consent-files.ts'
import { taskOf, type Data } from './data.ts'
import { artefactsOf } from './lineage.ts'
import type { Ports } from './ports.ts'
import type { Trainer } from './trainer.ts'

type StatisticsPorts = Pick<Ports, 'library' | 'shelf' | 'histories'> & {
  readonly data: Data
  readonly trainer: Trainer
}

/** What the statistics round said: read off its one opened sum, and compared with our own rows at home. */
export function createStatistics(ports: StatisticsPorts) {
  let compared: { readonly of: string; readonly drift: Promise<readonly Drift[]> } | null = null

  async function get({ study: id }: { study: Hash }): Promise<StatisticsView | null> {
    const { body } = studyIn(ports.library, id)
    const { statistics } = artefactsOf(ports, id, null)
    if (!statistics) return null
    const { rows, variables, outcome } = readTableOne(taskOf(body), statistics)
    const drift = await driftOf(id, statistics)
    return {
      rows,
      variables: variables.map(shown),
      outcome: outcome.map((one) => ({ ...one })),
      drift: drift && drift.map(lineOf),
    }
  }

  /** Ours against the others; computed once for a study's data. */
  function driftOf(study: Hash, statistics: Uint8Array): Promise<readonly Drift[]> | null {
    const choice = ports.data.chosen(study)
    if (!choice) return null
    if (compared?.of !== choice.key) {
      const drift = ports.trainer.run('drift', choice, { statistics })
      compared = { of: choice.key, drift }
      drift.catch(() => (compared = null))
    }
    return compared.drift
  }

  return { get }
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

function lineOf({ name, ours, others, difference, outside, finding, factor }: Drift) {
  return {
    ...{ name, outside, finding, factor },
    ...{ ours: known(ours), others: known(others), difference: known(difference) },
  }
}
