import { hasReal, madeUp, real } from '../../import/identifiers/columns.ts'
import { findingsOf, scoresOf } from '../../import/identifiers/score.ts'
import type { Bench, Figures } from '../bench.ts'

/** Recall by class on made-up columns in six locales, false alarms by class on the real trial and heart columns. */
export const bench: Bench = {
  about: 'identifiers in tables: recall and false alarms by class over thousands of columns',
  async run({ quick }) {
    const samples = [...madeUp(quick ? 1 : 6), ...(hasReal ? real() : [])]
    const scores = scoresOf(samples, await findingsOf(samples))
    const figures: Record<string, number | string> = {
      columns: samples.length,
      'columns without identifiers': samples.filter((one) => one.class === null).length,
    }
    for (const { class: one, columns, found, falseBlocks, falseWarnings } of scores)
      figures[one] =
        `found ${found} of ${columns}, false blocks ${falseBlocks}, warnings on real columns ${falseWarnings}`
    return figures satisfies Figures
  },
}
