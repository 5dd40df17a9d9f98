import type { StudyView } from '#contract/views.ts'
import { planHash, quorumOf, smallestRoster, type Study } from '#domain/study.ts'
import type { Outcome, Variable } from '#domain/variable.ts'
import { behindNumber } from '../words/unit.ts'
import { format, words } from '../words/words.ts'

const w = words.studies

/** A variable's range or categories in a few words. */
export function describeVariable(variable: Variable): string {
  if (variable.type === 'category') return variable.categories.join(', ')
  if (variable.type === 'boolean') return w.types.boolean
  const unit = behindNumber(variable.unit)
  return w.range(format.value(variable.low), format.value(variable.high), unit)
}

/** What runs and by which rules, as names and sentences. */
export function describePlan(study: Study): [string, string][] {
  const { plan, outcome } = study
  const { model } = plan
  return [
    [w.outcome, `${outcome.name}: ${w.tasks[outcome.task]}`],
    [w.model, model.kind === 'linear' ? w.linear : w.mlp(model.layers.map((one) => one.units).join(', '))],
    [w.intercept, w.intercepts[plan.intercept]],
    [
      w.plan,
      plan.fit ? w.exact(plan.rounds) : w.training(plan.rounds, w.steps(plan.local.steps), plan.local.batch),
    ],
    [w.rules, `${w.quorum(quorumOf(study), study.members.length)}; ${w.fewest(smallestRoster(study))}`],
  ]
}

/** What a later version goes on from, or that it begins anew; null for a first version. */
export function describeStart({ start, previous }: Study): string | null {
  if (!start) return previous === null ? null : w.anew
  const { statistics, model } = start
  return w.goesOn(statistics.version, model && { version: model.version, round: model.round })
}

/** Training rounds in the model in force, and apart from them those that lead nowhere. */
export function progressOf({ trained, rolledBack = 0, setAside = 0, study }: StudyView): string {
  return [
    w.trained(trained, study.plan.rounds),
    ...(rolledBack > 0 ? [w.alsoRolledBack(rolledBack)] : []),
    ...(setAside > 0 ? [w.alsoSetAside(setAside)] : []),
  ].join(', ')
}

/** Where the study stands, in figures. */
export function describeProgress(view: StudyView): [string, string][] {
  const start = describeStart(view.study)
  return [
    ...(start === null ? [] : [[w.goesOnFrom, start] satisfies [string, string]]),
    [w.progress, progressOf(view)],
    [w.voidRounds, w.voided(view.voided)],
    [w.sent, format.bytes(view.bytesSent)],
    [w.expires, format.day(view.study.expiresAt)],
  ]
}

/** Why it is allowed, without what was not given. */
export function describeReferences({ references: r }: Study): [string, string][] {
  const all: [string, string][] = [
    [w.ethics, r.ethics],
    [w.dpia, r.dpia],
    [w.agreement, r.agreement],
    [w.legalBasis, r.legalBasis],
    [w.duo, r.duo.join(', ')],
    [w.retention, r.retention],
  ]
  return all.filter(([, text]) => text !== '')
}

/** How the outcome is told, in the words and limits that travel with the study. */
export function describeOutcome(outcome: Outcome): [string, string][] {
  if (outcome.task === 'binary') return [[words.propose.positive, outcome.positive]]
  if (outcome.task === 'multiclass') return [[words.propose.classes, outcome.classes.join(', ')]]
  if (outcome.task === 'survival')
    return [[words.propose.horizon, `${format.value(outcome.horizon)} ${outcome.timeUnit}`]]
  const range = w.range(format.value(outcome.low), format.value(outcome.high), behindNumber(outcome.unit))
  return [[words.datasets.range, range]]
}

/** The hashes that identify the study and what runs in it. */
export function hashesOf(view: StudyView): [string, string][] {
  return [
    [w.hash, view.id],
    [w.plan, planHash(view.study)],
  ]
}
