import { exactParts } from '#trainer/exact/problem.ts'
import { inferenceOf } from '#trainer/exact/inference.ts'
import { writeExact } from '#trainer/exact/state.ts'
import { heartTables, heartVariables } from '../../trainer/heart.ts'
import { aPlan, aTask } from '../../trainer/kit.ts'
import { strokeTables, strokeVariables } from '../../trainer/stroke.ts'
import type { Bench } from '../bench.ts'
import { differ, type Differences, type Measured, tell } from '../exact/compare.ts'
import { aFederation, type Federation, taskNames } from '../exact/federations.ts'
import { fitTogether, join } from '../exact/fit.ts'
import { fitPooled, type Found, poolRows, type Pooled } from '../exact/reference.ts'
import { startStatsmodels } from '../exact/statsmodels.ts'

const FEDERATIONS = 20
const MOST_ROUNDS = 20
const rule = { tolerance: 1e-6, ridge: 0 }
/** Rows of the largest hospital; where the reference takes long, fewer. */
const LARGEST = { binary: 10_000, regression: 10_000, multiclass: 3000, survival: 3000 }

/** Fits over secure sums beside fits of the joined rows, by the bench's own Newton and by statsmodels where Python has it. */
export const bench: Bench = {
  about: 'exact fits: coefficients and standard errors beside those of pooled rows, rounds, what is opened',
  async run({ quick }) {
    const python = await startStatsmodels()
    const figures: Record<string, string> = {
      statsmodels: python
        ? python.version
        : 'skipped: set MURMURATION_BENCH_PYTHON to a Python that has statsmodels',
    }
    try {
      for (const one of realOnes()) {
        if (typeof one === 'string') figures[one] = 'skipped: the data are not beside this checkout'
        else figures[one.name] = tell({ kind: 'binary' }, [await measure(one, python)])
      }
      for (const kind of taskNames) {
        const all: Measured[] = []
        for (let i = 1; i <= (quick ? 2 : FEDERATIONS); i++) {
          all.push(await measure(aFederation(kind, i, quick ? 500 : LARGEST[kind]), python))
        }
        figures[`${all.length} made-up federations, ${kind}`] = tell({ kind }, all)
      }
    } finally {
      python?.close()
    }
    return figures
  },
}

type Python = NonNullable<Awaited<ReturnType<typeof startStatsmodels>>>

async function measure({ name, task, tables }: Federation, python: Python | null): Promise<Measured> {
  const joined = join(task, tables)
  const state = fitTogether(joined, rule, MOST_ROUNDS)
  const { problem } = joined
  const triangle = exactParts(problem).length - exactParts(problem).information
  const { length } = state.coefficients
  const opened = state.sums * (length + 2) + state.matrices * triangle
  const base = { name, rounds: state.sums, matrices: state.matrices, opened }
  checkBits(joined, state)
  if (state.status === 'running') throw new Error(`${name}: not at an end after ${state.sums} rounds`)
  const first = state.aliased.subarray(problem.intercept, problem.columns)
  const left = new Set([...first.keys()].filter((j) => first[j] === 1))
  const pooled = poolRows(task, tables, left)
  const reference = fitPooled(pooled)
  if (state.status === 'separated') {
    if (
      reference &&
      Math.max(...reference.errors.map((e, i) => e / Math.max(1, Math.abs(reference.coefficients[i]!)))) < 1
    )
      throw new Error(`${name}: called separated, and is not`)
    return { ...base, separated: true, own: null, peer: null }
  }
  if (!reference) throw new Error(`${name}: the reference does not converge`)
  const peer = python ? await python.fit(pooled) : null
  const ended = { joined, state, task, hospitals: tables.length }
  return {
    ...base,
    separated: false,
    own: differences(ended, pooled, reference),
    peer: peer && differences(ended, pooled, peer),
  }
}

const kinds = ['model', 'robust', 'clustered'] as const

interface Ended {
  readonly joined: ReturnType<typeof join>
  readonly state: ReturnType<typeof fitTogether>
  readonly task: Federation['task']
  readonly hospitals: number
}

/** The largest differences to another fit, over all kinds of errors. */
function differences({ joined, state, task, hospitals }: Ended, pooled: Pooled, found: Found): Differences {
  const all: Differences[] = []
  for (const errors of task.outcome.task === 'survival' ? kinds.slice(0, 1) : kinds) {
    const problem = { ...joined.problem, errors }
    const ended = errors === 'model' ? state : fitTogether({ ...joined, problem }, rule, MOST_ROUNDS)
    const inference = inferenceOf(problem, task, joined.statistics, ended, hospitals)
    all.push(differ(inference, pooled, found, hospitals))
  }
  return {
    coefficient: Math.max(...all.map((one) => one.coefficient)),
    error: Math.max(...all.map((one) => one.error)),
  }
}

/** Every member that concludes the same sums writes the same bytes. */
function checkBits(joined: ReturnType<typeof join>, state: ReturnType<typeof fitTogether>) {
  const again = fitTogether(
    { ...joined, designs: joined.designs.toReversed() },
    { tolerance: 1e-6, ridge: 0 },
    MOST_ROUNDS,
  )
  const origin = { statistics: new Uint8Array(1), previous: new Uint8Array(1) }
  if (Buffer.compare(writeExact(state, origin), writeExact(again, origin)) !== 0)
    throw new Error('Members differ')
}

function realOnes(): (Federation | string)[] {
  const heart = heartTables()
  const stroke = strokeTables(0)
  return [
    heart ? real('heart disease, 4 hospitals', heartVariables, heart) : 'heart disease',
    stroke ? real('stroke trial, 49 hospitals', strokeVariables, stroke) : 'stroke trial',
  ]
}

/** With all rows: none is held out for judging. */
function real(
  name: string,
  variables: Federation['task']['variables'],
  tables: Federation['tables'],
): Federation {
  const task = aTask(variables, aPlan({ intercept: 'shared' }), { minimumRows: 1 })
  return {
    name,
    task,
    tables: tables.map((one) => ({ ...one, heldOut: new Uint8Array(one.outcome.length) })),
  }
}
