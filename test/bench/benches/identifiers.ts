import { hasReal, real } from '../../import/identifiers/columns.ts'
import { columnsIn } from '../../import/identifiers/languages-columns.ts'
import { HELD_OUT } from '../../import/identifiers/languages.ts'
import { findingsOf, scoresOf } from '../../import/identifiers/score.ts'
import type { Bench, Figures } from '../bench.ts'

/** Recall by class on made-up columns in six languages that nothing was tuned on, false alarms on clinical and real columns. */
export const bench: Bench = {
  about: 'identifiers in tables of six languages that nothing was tuned on: recall and false alarms by class',
  async run({ quick }) {
    const samples = [...columnsIn(HELD_OUT, quick ? 1 : 3), ...(hasReal ? real() : [])]
    const scores = scoresOf(samples, await findingsOf(samples))
    const figures: Record<string, number | string> = {
      columns: samples.length,
      'columns without identifiers': samples.filter((one) => one.class === null).length,
    }
    for (const { class: one, columns, found, noticed, falseBlocks, falseWarnings } of scores)
      figures[one] =
        `named ${found}, noticed ${noticed} of ${columns}; false blocks ${falseBlocks}, false warnings ${falseWarnings}`
    const missed = scores.filter(({ columns, noticed }) => noticed < columns * LEAST)
    if (missed.length > 0) throw new Error(`Hardly noticed: ${missed.map((one) => one.class).join(', ')}`)
    return figures satisfies Figures
  },
}

/** Of each class so many have to be noticed, under whatever name. */
const LEAST = 0.8
