import { exactParts } from '#trainer/exact/problem.ts'
import { inferenceOf } from '#trainer/exact/inference.ts'
import { writeExact } from '#trainer/exact/state.ts'
import { heartTables, heartVariables } from '../../trainer/heart.ts'
import { aPlan, aTask } from '../../trainer/kit.ts'
import { strokeTables, strokeVariables } from '../../trainer/stroke.ts'
import type { Bench } from '../bench.ts'
import { differ, type Measured, tell } from '../exact/compare.ts'
import { aFederation, type Federation, taskNames } from '../exact/federations.ts'
import { fitTogether, join } from '../exact/fit.ts'
import { fitPooled, poolRows } from '../exact/reference.ts'
import { startStatsmodels } from '../exact/statsmodels.ts'

const FEDERATIONS = 20
const MOST_ROUNDS = 20
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
  const rule = { tolerance: 1e-6, ridge: 0 }
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
  const inference = inferenceOf(problem, task, joined.statistics, state, tables.length)
  if (!reference) throw new Error(`${name}: the reference does not converge`)
  const peer = python ? await python.fit(pooled) : null
  return {
    ...base,
    separated: false,
    own: differ(inference, pooled, reference),
    peer: peer && differ(inference, pooled, peer),
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
