import { startFault, startFrom, whyAnew, type Before } from '#domain/going-on.ts'
import type { Start, Study } from '#domain/study.ts'
import { AppError } from '#domain/errors.ts'
import type { Ports } from './ports.ts'

type Versions = Pick<Ports, 'histories' | 'library'>

/** The version before a study's, as far as it has come here; null where there is none, or it is not here. */
function beforeOf({ histories, library }: Versions, { previous }: Pick<Study, 'previous'>): Before | null {
  const study = previous === null ? null : library.study(previous)
  return study && { study: study.body, decided: histories.of(study.id) }
}

/** What a version that we propose now goes on from; null where it begins anew. */
export function startOf(ports: Versions, study: Study): Start | null {
  const before = beforeOf(ports, study)
  return before && startFrom(before, study)
}

/** Why we cannot take part in a study that goes on from another version, or null: see `startFault` of the domain. */
export function startFaultOf(ports: Versions, study: Study): string | null {
  return startFault(study, beforeOf(ports, study))
}

/** Throws 'study-bad' where what we hold of the version before does not bear out what a study goes on from. */
export function checkStart(ports: Versions, study: Study): void {
  const fault = startFaultOf(ports, study)
  if (fault !== null) throw new AppError('study-bad', fault)
}

/** What the consent page says of a version of a study: what it goes on from, or why it begins anew and what that may cost. */
export function versionLines(ports: Versions, study: Study): string[] {
  if (study.start) return goingOnLines(study, study.start, beforeOf(ports, study))
  if (study.previous === null) return []
  const before = beforeOf(ports, study)
  const why = before ? whyAnew(before, study) : 'we do not hold the version before'
  return [
    `It begins anew with statistics of its own, since ${why ?? 'whoever proposed it did not go on from the version before'}. Patients of ours whose values were added up with other members before cannot be added up with these: the difference would be those members'. Where too few can take part for that, it ends at its first round.`,
  ]
}

function goingOnLines(study: Study, { statistics, model }: Start, before: Before | null): string[] {
  const from = `It goes on from version ${statistics.version}'s statistics`
  const ofModel =
    model && (model.version === statistics.version ? 'its model' : `version ${model.version}'s model`)
  const isLess = before !== null && before.study.members.length > study.members.length
  return [
    ofModel
      ? `${from} and ${ofModel} of round ${model?.round}: nothing is added up again. Up to ${study.plan.rounds} rounds of training are added.`
      : `${from}: these are not added up again. Training begins anew.`,
    ...(isLess ? [WITHOUT_SOME[study.outcome.task === 'survival' ? 'survival' : 'other']] : []),
  ]
}

const WITHOUT_SOME = {
  other:
    'Held-out patients that were added up with members who are no longer in it are not added up with fewer: the study then ends with its last model, and each member judges it at home.',
  survival:
    'Patients that were added up with members who are no longer in it, in training or judging, are not added up with fewer: of survival models that holds for training whatever the model. The study then ends with the model that it goes on from, and each member judges it at home.',
} as const
