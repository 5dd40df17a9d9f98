import * as v from 'valibot'
import { standingOf, type Ballot, type Standing } from './gate.ts'
import type { Study } from './study.ts'
import { Count, Hash, InstitutionId } from './values.ts'

/** What a round computes: the study's statistics, a training step, or the evaluation of the model. */
export const RoundKind = v.picklist(['statistics', 'training', 'evaluation'])
export type RoundKind = v.InferOutput<typeof RoundKind>

/** Why a member is not in a round. A closed list: peers never get free text. */
export const Reason = v.picklist([
  'no-consent',
  'declined',
  'withdrawn',
  'not-ready',
  'unreachable',
  'too-few-rows',
  'paused',
  'spent',
  'unresponsive',
  /** It kept its mask closed when others opened theirs, so that round was void: it sits out until the base has moved. */
  'withheld',
  /** Its numbers were opened in a sum with others before: adding them up with these would give the difference away. */
  'sum-opened',
  /** It has confirmed too few of the members itself. */
  'unconfirmed',
])
export type Reason = v.InferOutput<typeof Reason>

/**
 * What a round came to. A sum names the roster's context, the sum's hash and the hash of the artefact made from it. A void
 * round names the roster that says so only where it is not repeated: too few members can take part, and the roster tells who.
 */
export const Outcome = v.variant('result', [
  v.strictObject({
    result: v.literal('sum'),
    roster: Hash,
    ctx: Hash,
    sum: Hash,
    artefact: Hash,
    /**
     * Where the plan ends training by it, what the artefact holds: the mean training loss, or of an exact fit 0 once it is at its
     * end and 1 before. All derive the same end from it.
     */
    loss: v.exactOptional(v.pipe(v.number(), v.finite())),
  }),
  v.strictObject({ result: v.literal('void'), roster: v.exactOptional(Hash) }),
])
export type Outcome = v.InferOutput<typeof Outcome>

/** An attempt that members left: what was missing, and whom they waited for. */
export const LeftAttempt = v.strictObject({
  attempt: Count(0, 1000),
  /** The first step that not all of the roster had taken. */
  step: v.picklist(['roster', 'acceptance', 'commitment', 'reveal', 'certificate']),
  /** How many members left it in writing. */
  left: Count(1, 50),
  /** Whom they say they waited for, and how many say so. One voice alone may be the one that was cut off. */
  named: v.array(v.strictObject({ id: InstitutionId, by: Count(1, 50) })),
  /** Who signed two things in one place, or opened another mask than it had committed to. */
  convicted: v.array(InstitutionId),
})
export type LeftAttempt = v.InferOutput<typeof LeftAttempt>

/** A decided round, as every member derives it from the same certificates. */
export interface Decided {
  readonly round: number
  readonly kind: RoundKind
  readonly attempt: number
  readonly outcome: Outcome
  /** What this round's roster names as the votes on the training sum before it; absent where there are none. */
  readonly ballot?: Ballot
}

/** A training sum of a study's past. */
export interface TrainingSum {
  /** 0 for the model of an earlier version that the study goes on from. */
  readonly round: number
  readonly artefact: Hash
}

/** Where a study stands by the votes on its models; `pending` are those on the latest, which no later sum has fixed yet. */
export function standing(
  study: Study,
  decided: readonly Decided[],
  pending: Ballot | null = null,
): Standing<TrainingSum> {
  const { stopping, fit } = study.plan
  const sums = trainingSums(study, decided)
  const last = sums.at(-1)
  if (last) last.ballot ??= pending
  const found = standingOf(sums, stopping)
  return fit ? { ...found, over: sums.some(({ loss }) => loss === 0) } : found
}

/** How many sums of a line are the study's own: not the model that it went on from. */
export function trainedIn(line: readonly TrainingSum[]): number {
  return line.filter((one) => one.round > 0).length
}

/** The training sums with the votes that a later sum's roster fixed; the model that the study goes on from is the first. */
function trainingSums({ start }: Study, decided: readonly Decided[]) {
  const sums: { sum: TrainingSum; ballot: Ballot | null; loss: number | null }[] = []
  if (start?.model) sums.push({ sum: { round: 0, artefact: start.model.artefact }, ballot: null, loss: null })
  for (const { round, kind, outcome, ballot } of decided) {
    const judged = sums.at(-1)
    if (judged && ballot) judged.ballot ??= ballot
    if (kind === 'training' && outcome.result === 'sum')
      sums.push({ sum: { round, artefact: outcome.artefact }, ballot: null, loss: outcome.loss ?? null })
  }
  return sums
}

/** What is next after these decided rounds (in order), or null when the study is at its end. */
export function nextRound(
  study: Study,
  decided: readonly Decided[],
  pending: Ballot | null = null,
): { round: number; kind: RoundKind } | null {
  const round = decided.length + 1
  const sums = decided.filter((one) => one.outcome.result === 'sum')
  if (decided.some(isLast)) return null
  if (!study.start && !sums.some((one) => one.kind === 'statistics'))
    return within(study, round, 'statistics')
  const { line, over } = standing(study, decided, pending)
  // The last round is kept for the evaluation: a study that ran out of rounds is still judged.
  const goesOn = trainedIn(line) < study.plan.rounds && !over && round < study.rules.lastRound
  if (goesOn) return within(study, round, 'training')
  return line.length > 0 ? within(study, round, 'evaluation') : null
}

/** The model was judged, or members who are named can take part no more, so that a round more would not help. */
function isLast({ kind, outcome }: Decided): boolean {
  return outcome.roster !== undefined && (kind === 'evaluation' || outcome.result === 'void')
}

function within(study: Study, round: number, kind: RoundKind) {
  return round <= study.rules.lastRound ? { round, kind } : null
}

/** The artefact that the next round starts from: the model in force, else the statistics, else null. */
export function baseOf(
  study: Study,
  decided: readonly Decided[],
  pending: Ballot | null = null,
): Hash | null {
  return (
    standing(study, decided, pending).line.at(-1)?.artefact ?? statisticsOf(study, decided)?.artefact ?? null
  )
}

/** The statistics that a study's rounds rest on: its own, or those of the version that it goes on from. */
export function statisticsOf({ start }: Study, decided: readonly Decided[]): TrainingSum | null {
  const found = decided.findLast((one) => one.kind === 'statistics' && one.outcome.result === 'sum')
  if (found?.outcome.result === 'sum') return { round: found.round, artefact: found.outcome.artefact }
  return start ? { round: 0, artefact: start.statistics.artefact } : null
}
