import { existsSync, readFileSync, statSync } from 'node:fs'
import * as v from 'valibot'
import type { StudyDraft } from '#contract/calls.ts'
import { Holdout, Mapping, OutcomeSource, Source } from '#domain/dataset.ts'
import { AppError } from '#domain/errors.ts'
import { Plan } from '#domain/plan.ts'
import { type Member, Study } from '#domain/study.ts'
import { Count, Name } from '#domain/values.ts'
import { choosePlan, exactPlan } from '#trainer/plans/choose.ts'
import { tell } from './terminal.ts'

const MAX_FILE_BYTES = 16 * 1024 * 1024
const DAY_MS = 24 * 3600 * 1000

/** Where a hospital's table differs from the mapping that the others share. */
const Differences = v.strictObject({
  variables: v.optional(v.record(Name, Source), {}),
  outcome: v.optional(OutcomeSource),
  holdout: v.optional(Holdout),
  subgroups: v.optional(v.pipe(v.array(Name), v.maxLength(10))),
})

/** A declared study as a file for the command line: what is computed, and how each hospital's columns are read. */
export const StudyFile = v.strictObject({
  format: v.literal(1),
  study: v.strictObject({
    ...v.omit(Study, ['kind', 'version', 'previous', 'start', 'createdAt', 'expiresAt', 'members']).entries,
    /** Names of the institutions, in order; without it, ours and all that ours has paired with. */
    members: v.optional(v.pipe(v.array(Name), v.minLength(3))),
    /** How long the study may run, in days from its proposal. */
    days: v.optional(Count(1, 3650), 365),
  }),
  mappings: v.strictObject({
    default: Mapping,
    byHospital: v.optional(v.record(Name, Differences), {}),
  }),
  /** For each hospital the rows to judge the model on: numbers of its file's data rows, first row 0. */
  testRows: v.optional(v.record(Name, v.pipe(v.array(Count(0, 1e9)), v.maxLength(1_000_000))), {}),
})
export type StudyFile = v.InferOutput<typeof StudyFile>

/** The same file as a person writes it: a study without a plan gets one by rule. */
const Written = v.strictObject({
  ...StudyFile.entries,
  study: v.strictObject({ ...StudyFile.entries.study.entries, plan: v.optional(Plan) }),
})

/** What a plan by rule is chosen from: hospitals, and training rows of a usual one; null for an exact fit, to be judged once they are counted. */
export interface Expected {
  readonly hospitals: number
  readonly rows: number | null
}

/**
 * Reads a study file; one without a plan gets that of the rule, and the reasons are told where it is said what to expect. Throws
 * 'file-missing', 'file-empty', 'too-large' or 'study-bad' with the place that is wrong.
 */
export function readStudyFile(file: string, expected?: Expected): StudyFile {
  if (!existsSync(file)) throw new AppError('file-missing', file)
  const { size } = statSync(file)
  if (size === 0) throw new AppError('file-empty', file)
  if (size > MAX_FILE_BYTES) throw new AppError('too-large', file)
  return parseStudyFile(readFileSync(file, 'utf8'), file, expected)
}

function parseStudyFile(text: string, file: string, expected?: Expected): StudyFile {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new AppError('study-bad', `${file} is not JSON`, { cause })
  }
  const parsed = v.safeParse(Written, value)
  if (parsed.success) return withPlan(parsed.output, expected)
  const [issue] = parsed.issues
  throw new AppError('study-bad', `${file}: ${v.getDotPath(issue) ?? 'the file'}: ${issue.message}`)
}

/** A plan with no more training than the rounds of a study leave beside its statistics and evaluation. */
export function withinRounds(plan: Plan, { lastRound }: Pick<Study['rules'], 'lastRound'>): Plan {
  return { ...plan, rounds: Math.max(1, Math.min(plan.rounds, lastRound - 2)) }
}

function withPlan(written: v.InferOutput<typeof Written>, expected?: Expected): StudyFile {
  const { plan, ...study } = written.study
  if (plan) return { ...written, study: { ...study, plan } }
  const { hospitals, rows } = expected ?? { hospitals: 3, rows: null }
  const facts = { ...study, hospitals: study.members?.length ?? hospitals }
  const chosen = rows === null ? exactPlan({ ...facts, rows: 1 }) : choosePlan({ ...facts, rows })
  if (expected) for (const reason of chosen.reasons) tell(reason)
  return { ...written, study: { ...study, plan: withinRounds(chosen.plan, study.rules) } }
}

/** The study to propose, with its members' keys filled in. Throws 'study-bad' where a member is unknown. */
export function draftOf(
  { study }: StudyFile,
  own: Member,
  peers: readonly Member[],
  now: number,
): StudyDraft {
  const { members: names, days, ...rest } = study
  const known = [own, ...peers].toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const members = names ? names.map((name) => memberNamed(name, known)) : known
  return {
    ...rest,
    members: members.map(({ id, name }) => ({ id, name })),
    previous: null,
    expiresAt: now + days * DAY_MS,
  }
}

function memberNamed(name: string, known: readonly Member[]): Member {
  const found = known.filter((one) => one.name === name)
  if (found.length > 1) throw new AppError('study-bad', `Two institutions that we know are called ${name}`)
  if (!found[0]) throw new AppError('study-bad', `We have not paired with an institution called ${name}`)
  return found[0]
}

/** How one hospital's columns are read, by the name it has in the file. */
export function mappingOf({ mappings, testRows }: StudyFile, hospital: string): Mapping {
  const own = mappings.byHospital[hospital]
  const rows = testRows[hospital]
  return {
    variables: { ...mappings.default.variables, ...own?.variables },
    outcome: own?.outcome ?? mappings.default.outcome,
    holdout: rows ? { kind: 'rows', rows } : (own?.holdout ?? mappings.default.holdout),
    subgroups: own?.subgroups ?? mappings.default.subgroups,
    ...(mappings.default.filter && { filter: mappings.default.filter }),
  }
}
