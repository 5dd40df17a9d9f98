import * as v from 'valibot'
import { hashOf } from './canonical.ts'
import { FEWEST_MEMBERS, FEWEST_ROWS } from './floors.ts'
import { Plan } from './plan.ts'
import { Count, Duration, Hash, InstitutionId, Line, Lines, Time, Title } from './values.ts'
import { Outcome, Variable } from './variable.ts'

/** The largest study: every member holds every contribution of a round. */
export const MAX_MEMBERS = 50

/** Why the study is allowed: what a governance officer looks for first. */
export const References = v.strictObject({
  /** Who at the proposing institution answers for the study: name and role. */
  person: v.optional(Line(300), ''),
  ethics: v.optional(Line(300), ''),
  dpia: v.optional(Line(300), ''),
  agreement: v.optional(Line(300), ''),
  legalBasis: v.optional(Line(300), ''),
  /** GA4GH Data Use Ontology codes, for example DUO:0000007. */
  duo: v.optional(v.pipe(v.array(Line(20)), v.maxLength(20)), []),
  retention: v.optional(Line(300), ''),
})

/** How much members may learn. `masked` is the secure sum; differential privacy has its own kind when it is built. */
export const Privacy = v.variant('kind', [v.strictObject({ kind: v.literal('masked') })])
export type Privacy = v.InferOutput<typeof Privacy>

/** Time that a study gives its members, each measured on the member's own clock. */
export const Pace = v.strictObject({
  /** To answer before the first round starts without those who have not. */
  answer: Duration,
  /** From a round's proposal to its roster: the time to compute. */
  compute: Duration,
  /** From a roster to the certificate: the time of one attempt at the sum. */
  exchange: Duration,
})
export type Pace = v.InferOutput<typeof Pace>

export const Rules = v.strictObject({
  quorum: v.optional(v.picklist(['two-thirds', 'majority']), 'two-thirds'),
  /** The fewest contributions that a sum may have. 3 only with a warning. */
  minimumSum: v.optional(Count(FEWEST_MEMBERS, MAX_MEMBERS), 4),
  /** Public weights: a member counts as the largest band that its training rows reach. Ascending. */
  weightBands: v.pipe(v.array(Count(1, 1_000_000)), v.minLength(1), v.maxLength(64)),
  /** A contribution from fewer rows is refused at home. */
  minimumRows: v.optional(Count(1, 1_000_000), 20),
  /** No round after this one, void ones counted. */
  lastRound: Count(3, 20_000),
  pace: Pace,
})
export type Rules = v.InferOutput<typeof Rules>

export const Member = v.strictObject({ id: InstitutionId, name: Line(120) })
export type Member = v.InferOutput<typeof Member>

const OfVersion = v.strictObject({
  version: Count(1, 10_000),
  /** The round whose sum made it. */
  round: Count(1, 20_000),
  artefact: Hash,
})
export type OfVersion = v.InferOutput<typeof OfVersion>

/** What a version goes on from: what the version before had come to after so many decided rounds. Every member derives it itself. */
export const Start = v.strictObject({
  after: Count(0, 20_000),
  statistics: OfVersion,
  /** The model in force; null where training begins anew. */
  model: v.nullable(OfVersion),
})
export type Start = v.InferOutput<typeof Start>

/** A signed, immutable agreement on what is computed together. A change is a new version that needs new consent. */
export const Study = v.strictObject({
  kind: v.literal('study'),
  name: Title(120),
  version: Count(1, 10_000),
  previous: v.nullable(Hash),
  /** Absent where the study begins with statistics of its own. */
  start: v.exactOptional(Start),
  purpose: Lines(4000),
  references: References,
  members: v.pipe(v.array(Member), v.minLength(3), v.maxLength(MAX_MEMBERS)),
  variables: v.pipe(v.array(Variable), v.minLength(1), v.maxLength(20_000)),
  outcome: Outcome,
  plan: Plan,
  privacy: Privacy,
  rules: Rules,
  createdAt: Time,
  expiresAt: Time,
})
export type Study = v.InferOutput<typeof Study>

const planHashes = new WeakMap<Study, Hash>()

/** Identifies what runs: a consent names it, and a round under any other plan is refused. A study is immutable, so it is computed once. */
export function planHash(study: Study): Hash {
  const known = planHashes.get(study)
  if (known) return known
  const { variables, outcome, plan, privacy, rules } = study
  const hash = hashOf({ variables, outcome, plan, privacy, rules })
  planHashes.set(study, hash)
  return hash
}

/** How many of the study's members must sign for a round to count: floor(2N/3)+1, or a majority where declared. */
export function quorumOf(study: Study): number {
  const n = study.members.length
  return study.rules.quorum === 'majority' ? Math.floor(n / 2) + 1 : Math.floor((2 * n) / 3) + 1
}

/** The fewest members whose contributions may be added: the quorum, and never under the declared minimum sum. */
export function smallestRoster(study: Study): number {
  return Math.max(quorumOf(study), study.rules.minimumSum)
}

/** The fewest training rows that a member may contribute with: the study's own minimum, and never under the floor of the product. */
export function fewestRows({ minimumRows }: Pick<Rules, 'minimumRows'>): number {
  return Math.max(minimumRows, FEWEST_ROWS)
}

/** The public weight of a member with this many training rows, or null when they are too few for any band. */
export function weightOf(rules: Rules, rows: number): number | null {
  if (rows < fewestRows(rules)) return null
  let weight: number | null = null
  for (const band of rules.weightBands) if (band <= rows) weight = band
  return weight
}
