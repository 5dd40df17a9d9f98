import { asksInformation, asksLevels, asksScores, problemAt } from './conclude.ts'
import { contributeExact } from './contribution.ts'
import type { Design } from './design.ts'
import { errorsIn } from './penalty.ts'
import type { Problem } from './problem.ts'
import { contributeScores } from './scores.ts'
import type { ExactState } from './state.ts'

/** One hospital's part of the sum after a state (`start` before there is one): what the state asks for, and 0 in all other places. */
export function contributeAfter(
  problem: Problem,
  design: Design,
  state: ExactState | null,
  start: Float64Array,
): Float64Array {
  const noise = state && asksLevels(state) ? errorsIn(problem, state) : null
  const now = problemAt(problem, state)
  if (state && asksScores(state)) return contributeScores(now, design, state.coefficients, state.best.rows)
  return contributeExact(now, design, state?.coefficients ?? start, asksInformation(state), noise)
}
