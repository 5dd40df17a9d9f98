import { words } from '../words/words.ts'
import type { StudyForm } from './form.ts'

/** What the training will do, in sentences that a person without the field can check. */
export function explainPlan({
  outcome,
  model,
  rounds,
  steps,
  batch,
  l2,
  intercept,
  gate,
}: StudyForm): string {
  const w = words.propose.explain
  const kind = model === 'linear' ? w.linear[outcome.task] : w.mlp[outcome.task]
  const level = intercept === 'private' ? w.intercept : w.sharedIntercept
  const last = outcome.task === 'survival' ? w.baseline : level
  const all = [kind, w.training(rounds, steps, batch), l2 > 0 ? w.shrunk : w.free, last]
  return (gate ? [...all, w.gate] : all).join(' ')
}
