import { inferenceOf } from '#trainer/exact/inference.ts'
import type { Problem } from '#trainer/exact/problem.ts'
import { createStream, type Stream } from '#trainer/random.ts'
import { aPlan, aTask, numberVariable, seed, toTable } from '../../trainer/kit.ts'
import { fitTogether, join } from './fit.ts'

const EFFECTS = [0, 0.4, -0.8]
const SIZES = [60, 150, 400]

/** What is made up for each kind of errors: whatever it is right for, and the model's own are not (but for itself). */
const laws: Readonly<Record<Problem['errors'], Law>> = {
  model: { task: 'binary', hospitals: 3, spread: 0, alike: 0 },
  robust: { task: 'regression', hospitals: 3, spread: 1, alike: 0 },
  clustered: { task: 'regression', hospitals: 20, spread: 0, alike: 0.6 },
}

interface Law {
  readonly task: 'binary' | 'regression'
  readonly hospitals: number
  /** How much the size of a miss grows with the variables. */
  readonly spread: number
  /** How far patients of a hospital are alike, in variables and misses. */
  readonly alike: number
}

/**
 * How many of a hundred 95% intervals hold the true effect, over studies that were made up for this kind of errors; `by` are the
 * errors that are taken.
 */
export function coverageOf(studies: number, made: Problem['errors'] = 'model', by = made): number {
  const law = laws[made]
  const variables = EFFECTS.map((_, i) => ({
    ...numberVariable(`v${i}`, -30, 30),
    missing: 'mean' as const,
  }))
  const base = aTask(variables, aPlan({ intercept: 'shared' }))
  const number = { task: 'regression', name: 'y', label: '', unit: null, low: -1000, high: 1000 } as const
  const task = law.task === 'binary' ? base : { ...base, outcome: number }
  let [held, all] = [0, 0]
  for (let study = 0; study < studies; study++) {
    const stream = createStream('coverage', seed(study % 251), Uint8Array.of(Math.floor(study / 251)))
    const tables = Array.from({ length: law.hospitals }, (_, h) => aHospital(stream, law, h))
    const joined = join(task, tables)
    const asked = { ...joined, problem: { ...joined.problem, errors: by } }
    const state = fitTogether(asked, { tolerance: 1e-6, ridge: 0 })
    const { terms } = inferenceOf(asked.problem, task, joined.statistics, state, tables.length)
    const slopes = terms.filter(({ feature }) => feature !== null)
    for (const [j, { low, high }] of slopes.entries())
      held += Number(low <= EFFECTS[j]! && EFFECTS[j]! <= high)
    all += slopes.length
  }
  return (100 * held) / all
}

function aHospital(stream: Stream, { task, hospitals, spread, alike }: Law, h: number) {
  const normal = () => Math.sqrt(-2 * Math.log(1 - stream.real())) * Math.cos(2 * Math.PI * stream.real())
  const rows = hospitals > SIZES.length ? 40 : SIZES[h]!
  const shifts = EFFECTS.map(() => (alike > 0 ? alike * normal() : h / 3))
  const level = alike * normal()
  const values = Array.from({ length: rows }, () => EFFECTS.map((_, j) => shifts[j]! + normal()))
  const outcome = values.map((row) => {
    const score = row.reduce((sum, v, j) => sum + v * EFFECTS[j]!, -1)
    if (task === 'binary') return Number(stream.real() < 1 / (1 + Math.exp(-score)))
    return score + level + normal() * Math.exp(spread * 0.5 * Math.abs(row[0]!))
  })
  return toTable(
    EFFECTS.map((_, j) => values.map((row) => row[j]!)),
    outcome,
    () => false,
  )
}
