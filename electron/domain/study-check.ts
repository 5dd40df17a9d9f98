import { AppError } from './errors.ts'
import { quoted } from './plain-text.ts'
import { BAND_STEP, FEWEST_CLUSTERS, FEWEST_ROWS } from './floors.ts'
import { planHash, quorumOf, type Study } from './study.ts'
import type { Variable } from './variable.ts'
import type { InstitutionId } from './values.ts'

type NumberVariable = Extract<Variable, { type: 'number' }>

/** What every member holds of one round at most, in bytes. */
export const MAX_ROUND_BYTES = 512 * 1024 * 1024

/** n * B * 2^32 must stay below 2^62, so that a sum of fixed-point values cannot overflow. */
const MAX_TOTAL = 2 ** 30

/** Length and bound of one kind of round's vector, as the trainer derives them from the study. */
export interface VectorShape {
  readonly length: number
  readonly bound: number
}

/** Everything that is wrong with a study in itself, as sentences. Empty for one that can run. */
export function studyFaults(study: Study): string[] {
  return [
    ...memberFaults(study),
    ...variableFaults(study),
    ...outcomeFaults(study),
    ...ruleFaults(study),
    ...floorFaults(study),
  ]
}

function memberFaults({ members }: Study): string[] {
  const ids = members.map((one) => one.id)
  const faults: string[] = []
  if (new Set(ids).size !== ids.length) faults.push('An institution is a member twice.')
  if (ids.some((id, i) => i > 0 && (ids[i - 1] ?? '') > id))
    faults.push('The members are not in the order of their ids.')
  return faults
}

function variableFaults({ variables, outcome, plan }: Study): string[] {
  const faults: string[] = []
  const names = [...variables.map((one) => one.name), outcome.name]
  for (const name of repeated(names)) faults.push(`Two variables are called ${quoted(name)}.`)
  for (const variable of variables) {
    if (variable.type === 'number' && variable.low >= variable.high) {
      faults.push(`The range of ${quoted(variable.name)} is empty: low must be below high.`)
    }
    if (variable.type === 'number') faults.push(...knotFaults(variable, plan))
    if (variable.type === 'category' && repeated(variable.categories).length > 0) {
      faults.push(`${quoted(variable.name)} lists a category twice.`)
    }
  }
  return faults
}

/** A knot apart from the next by less than this share of the range makes a corner, not a curve. */
const CLOSE = 1e-3

function knotFaults(
  { name, knots, low, high }: NumberVariable,
  { model, clipping }: Study['plan'],
): string[] {
  if (!knots) return []
  const ends = [low, ...knots, high]
  const isClose = ends.some((one, i) => i > 0 && one - (ends[i - 1] ?? one) < CLOSE * (high - low))
  return [
    ...(isClose ? [`The knots of ${quoted(name)} must ascend within its range, well apart.`] : []),
    ...(model.kind === 'linear' ? [] : [`Only a linear model takes knots, as ${quoted(name)} has them.`]),
    ...(clipping === undefined
      ? []
      : [`Values drawn in to quantiles and knots (${quoted(name)}) do not go together.`]),
  ]
}

function outcomeFaults({ outcome }: Study): string[] {
  if (outcome.task === 'regression' && outcome.low >= outcome.high) {
    return [`The range of the outcome ${quoted(outcome.name)} is empty: low must be below high.`]
  }
  if (outcome.task === 'multiclass' && repeated(outcome.classes).length > 0)
    return ['The outcome lists a class twice.']
  return []
}

function ruleFaults(study: Study): string[] {
  const { rules, plan, members } = study
  const faults: string[] = []
  if (rules.minimumSum > members.length) {
    faults.push(`A sum needs ${rules.minimumSum} members, but the study has ${members.length}.`)
  }
  if (quorumOf(study) > members.length) faults.push('The quorum is larger than the study.')
  if (!isAscending(rules.weightBands)) {
    faults.push('The weight bands are not in ascending order.')
  }
  if (rules.lastRound < plan.rounds + 2) {
    faults.push(
      `The last round must be at least ${plan.rounds + 2}: statistics, ${plan.rounds} of training, evaluation.`,
    )
  }
  if (study.expiresAt <= study.createdAt) faults.push('The study ends before it begins.')
  return faults
}

/** What goes below the floors of the product. */
function floorFaults({ rules, plan }: Study): string[] {
  const { minimumRows, weightBands, minimumSum } = rules
  const faults: string[] = []
  if (plan.fit?.errors === 'clustered' && minimumSum < FEWEST_CLUSTERS) {
    faults.push(
      `Errors clustered by hospital ask for at least ${FEWEST_CLUSTERS} hospitals in every sum; this study lets ${minimumSum} be enough. Let a sum ask for ${FEWEST_CLUSTERS} or more, or take robust errors.`,
    )
  }
  if (minimumRows < FEWEST_ROWS) {
    faults.push(
      `A hospital must train on at least ${FEWEST_ROWS} rows; this study lets ${minimumRows} be enough. Ask for ${FEWEST_ROWS} or more.`,
    )
  }
  const close = weightBands.find((band, i) => i > 0 && band - (weightBands[i - 1] ?? 0) < BAND_STEP)
  if (close !== undefined && isAscending(weightBands)) {
    faults.push(
      `The weight bands must be at least ${BAND_STEP} rows apart, so that none tells a hospital's number of rows: look at ${close}.`,
    )
  }
  return faults
}

function isAscending(bands: readonly number[]): boolean {
  return bands.every((band, i) => i === 0 || (bands[i - 1] ?? 0) < band)
}

function repeated(names: readonly string[]): string[] {
  const seen = new Set<string>()
  return [...new Set(names.filter((name) => seen.size === seen.add(name).size))]
}

/** What cannot be added up safely: overflow of the fixed-point sum, or more bytes than a member may be asked to hold. */
export function shapeFaults(study: Study, shapes: readonly VectorShape[]): string[] {
  const n = study.members.length
  const faults: string[] = []
  for (const { length, bound } of shapes) {
    if (!(n * bound < MAX_TOTAL)) {
      faults.push(`Sums could overflow: ${n} members times a bound of ${bound} must stay below ${MAX_TOTAL}.`)
    }
    if (n * length * 8 > MAX_ROUND_BYTES) {
      faults.push(
        `A round would need ${Math.ceil((n * length * 8) / 2 ** 20)} MB at each member; 512 MB are allowed.`,
      )
    }
  }
  return [...new Set(faults)]
}

/** Who proposes, whom it knows, when, and what the previous version was. */
export interface Proposing {
  readonly me: InstitutionId
  readonly known: ReadonlySet<InstitutionId>
  readonly now: number
  readonly previous: Study | null
  readonly shapes: readonly VectorShape[]
}

/** Throws AppError 'study-bad' with the first thing that keeps this study from being proposed by us now. */
export function checkStudy(study: Study, { me, known, now, previous, shapes }: Proposing): void {
  const faults = [...studyFaults(study), ...shapeFaults(study, shapes)]
  if (!study.members.some((one) => one.id === me))
    faults.push('Whoever proposes a study must be a member of it.')
  const strangers = study.members.filter((one) => one.id !== me && !known.has(one.id))
  if (strangers.length > 0)
    faults.push(`We do not know these members: ${strangers.map((one) => one.name).join(', ')}.`)
  if (study.expiresAt <= now) faults.push('The study would be over already.')
  if (previous && planHash(previous) === planHash(study) && sameMembers(previous, study)) {
    faults.push('Nothing changed against the previous version.')
  }
  const [first] = faults
  if (first) throw new AppError('study-bad', first)
}

function sameMembers(a: Study, b: Study): boolean {
  return a.members.length === b.members.length && a.members.every((one, i) => one.id === b.members[i]?.id)
}
