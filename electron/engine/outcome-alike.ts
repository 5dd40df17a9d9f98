import type { Study } from '#domain/study.ts'
import type { RowCounts } from '#trainer/jobs.ts'

/**
 * What it means for a study that no row to train on has the outcome, or all have it: such a hospital takes part, since the sum
 * over all is what counts. Null where rows differ, or where the outcome is not a yes or no or a time.
 */
export function alikeOutcome({ outcome, plan }: Study, { train, events }: RowCounts): string | null {
  if (events === null || train === 0) return null
  if (events > 0 && (events < train || outcome.task === 'survival')) return null
  const has = events === 0 ? 'No row to train on has the outcome' : 'All rows to train on have the outcome'
  return `${has}. ${CHECK} ${consequence(outcome.task, plan)}`
}

const CHECK = 'If that is not so, the column or its values are mapped wrongly.'

/** What the sums take from rows whose outcome never varies. */
export function consequence(task: Study['outcome']['task'], plan: Study['plan']): string {
  if (task === 'survival')
    return 'If it is so, these rows take part all the same: their time at risk counts in the sum over all hospitals.'
  if (plan.intercept === 'shared')
    return 'If it is so, these rows take part all the same: they count in the sum over all hospitals.'
  const drawn = 'An intercept of our own cannot be told from them: ours is drawn to the one of all hospitals.'
  const sums = plan.fit ? ' Under it these rows add nothing to what the variables weigh.' : ''
  return `If it is so, these rows take part all the same. ${drawn}${sums}`
}
