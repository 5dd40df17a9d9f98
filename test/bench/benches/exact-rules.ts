import type { Bench } from '../bench.ts'
import { coverageOf } from '../exact/coverage.ts'
import { aFederation, taskNames } from '../exact/federations.ts'
import { INTERCEPTS, lossesByIntercept, regretOfPenalty } from '../exact/rules.ts'
import { checkRegrets, showRegrets } from '../exact/regrets.ts'

const FEDERATIONS = 25
/** Each fourth row is fitted to. */
const LARGEST = 4000
/** How far hospitals' levels lie apart, as standard deviations of log-odds. */
const APART = [0, 0.3, 0.6, 1.2]

/** Rules of exact fits that no one should have to choose: what is lost on fresh rows against the best choice in hindsight. */
export const bench: Bench = {
  about: 'exact fits: penalty by evidence and intercepts, log-loss above the best choice in hindsight',
  run({ quick }) {
    const numbers = Array.from({ length: quick ? 3 : FEDERATIONS }, (_, i) => i + 1)
    const figures: Record<string, string> = {}
    for (const kind of taskNames) {
      const regrets = numbers.map((i) => regretOfPenalty(aFederation(kind, i, LARGEST)))
      figures[`penalty by evidence, ${kind}, mean (most) of ${regrets.length}`] = showRegrets(regrets)
      checkRegrets('penalty by evidence', regrets)
    }
    for (const kind of taskNames.filter((one) => one !== 'survival')) {
      for (const apart of APART) {
        const losses = numbers.map((i) => lossesByIntercept(aFederation(kind, i, LARGEST / 2, apart)))
        for (const [k, name] of Object.keys(INTERCEPTS).entries()) {
          const regrets = losses.map((all) => all[k]! - Math.min(...all))
          figures[`${kind}, levels ${apart} apart, intercept ${name}, mean (most)`] = showRegrets(regrets)
        }
      }
    }
    Object.assign(figures, coverages(quick ? 100 : 1000, quick))
    return Promise.resolve(figures)
  },
}

/** How many of a hundred 95% intervals hold the truth, by each kind of errors where it is asked for; throws where that is not 93 to 97. */
function coverages(studies: number, quick: boolean): Record<string, string> {
  const figures: Record<string, string> = {}
  for (const errors of ['model', 'robust', 'clustered'] as const) {
    const held = coverageOf(studies, errors)
    const plainly =
      errors === 'model' ? '' : ` (${coverageOf(studies, errors, 'model').toFixed(1)} by the model's own)`
    figures[`95% intervals with ${errors} errors that hold the truth, of a hundred, in ${studies} studies`] =
      `${held.toFixed(1)}${plainly}`
    if (!quick && !(held >= 93 && held <= 97))
      throw new Error(`Coverage with ${errors} errors is ${held}, not 95`)
  }
  return figures
}
