import { words } from '../words/words.ts'
import type { StudyForm } from './form.ts'
import { errorsOf, interceptFor, isExact, roundsOf } from './study-draft.ts'

/** What the training will do, in sentences that a person without the field can check. */
export function explainPlan(form: StudyForm): string {
  const { outcome, model, steps, batch, l2, gate } = form
  const rounds = roundsOf(form)
  const w = words.propose.explain
  const kind = model === 'linear' ? w.linear[outcome.task] : w.mlp[outcome.task]
  const last = outcome.task === 'survival' ? w.baseline : w.intercepts[interceptFor(form)]
  if (isExact(form))
    return [kind, w.exact(rounds), w.fitted[form.penalty], w.errors[errorsOf(form)], last]
      .filter(Boolean)
      .join(' ')
  const all = [kind, w.training(rounds, steps, batch), l2 > 0 ? w.shrunk : w.free, last]
  return (gate ? [...all, w.gate] : all).join(' ')
}
