import { inferenceOf } from '#trainer/exact/inference.ts'
import { createStream } from '#trainer/random.ts'
import { aPlan, aTask, numberVariable, seed, toTable } from '../../trainer/kit.ts'
import { fitTogether, join } from './fit.ts'

const EFFECTS = [0, 0.4, -0.8]
const HOSPITALS = [60, 150, 400]

/** How many of a hundred 95% intervals hold the true log odds ratio, over studies of three hospitals that were made up. */
export function coverageOf(studies: number): number {
  const variables = EFFECTS.map((_, i) => ({ ...numberVariable(`v${i}`, -6, 6), missing: 'mean' as const }))
  const task = aTask(variables, aPlan({ intercept: 'shared' }))
  let [held, all] = [0, 0]
  for (let study = 0; study < studies; study++) {
    const stream = createStream('coverage', seed(study % 251), Uint8Array.of(Math.floor(study / 251)))
    const normal = () => Math.sqrt(-2 * Math.log(1 - stream.real())) * Math.cos(2 * Math.PI * stream.real())
    const tables = HOSPITALS.map((rows, h) => {
      const values = Array.from({ length: rows }, () => EFFECTS.map(() => h / 3 + normal()))
      const scores = values.map((row) => row.reduce((sum, v, j) => sum + v * EFFECTS[j]!, -1))
      const outcome = scores.map((score) => Number(stream.real() < 1 / (1 + Math.exp(-score))))
      return toTable(
        EFFECTS.map((_, j) => values.map((row) => row[j]!)),
        outcome,
        () => false,
      )
    })
    const joined = join(task, tables)
    const state = fitTogether(joined, { tolerance: 1e-6, ridge: 0 })
    const { terms } = inferenceOf(joined.problem, task, joined.statistics, state, tables.length)
    const slopes = terms.filter(({ feature }) => feature !== null)
    for (const [j, { low, high }] of slopes.entries())
      held += Number(low <= EFFECTS[j]! && EFFECTS[j]! <= high)
    all += slopes.length
  }
  return (100 * held) / all
}
