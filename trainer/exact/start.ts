import type { Statistics } from '#trainer/statistics/artefact.ts'
import { coefficientsOf, type Problem } from './problem.ts'

/** Rates nearer to 0 or 1 than this start there. */
const RAREST = 1e-6

/**
 * Where an exact fit begins: no variable says anything, and the intercepts are those of the rates over all hospitals. There the
 * log-likelihood is that of the model without variables.
 */
export function startOf(problem: Problem, { targets }: Statistics): Float64Array {
  const start = new Float64Array(coefficientsOf(problem))
  if (problem.family !== 'classes' || problem.own === 0) return start
  const { outputs, columns } = problem
  const rate = (k: number) => Math.max(RAREST, targets[k]?.mean ?? 0)
  for (let k = 1; k <= outputs; k++) {
    // Two classes have one target, the rate of the second.
    const odds = outputs === 1 ? rate(0) / Math.max(RAREST, 1 - rate(0)) : rate(k) / rate(0)
    start[(k - 1) * columns] = logarithm(odds)
  }
  return start
}

/** The natural logarithm by + - * / alone: the same bits on every machine. For positive numbers. */
function logarithm(value: number): number {
  let [rest, twos] = [value, 0]
  for (; rest > Math.SQRT2; twos++) rest /= 2
  for (; rest < Math.SQRT1_2; twos--) rest *= 2
  const ratio = (rest - 1) / (rest + 1)
  let [sum, power] = [0, ratio]
  for (let n = 1; n < 50; n += 2) {
    sum += power / n
    power *= ratio * ratio
  }
  return 2 * sum + twos * Math.LN2
}
