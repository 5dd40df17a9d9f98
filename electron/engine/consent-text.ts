import type { ConsentPart } from '#contract/views.ts'
import { FEW } from '#domain/floors.ts'
import { quoted } from '#domain/plain-text.ts'
import { planHash, smallestRoster, type Study } from '#domain/study.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import type { Cohort } from './cohort.ts'
import { cohortLines, rangeLines } from './cohort-text.ts'
import { benefitLines, type ConsentHistory } from './consent-benefit.ts'
import { messageLines } from './leaving.ts'
import { vectorLines, type Vector } from './leaving-vectors.ts'
import { modelLines, trainingLines } from './plan-text.ts'

/** The language of the sentences in this file, as a BCP 47 tag. */
export const LANGUAGE = 'en'

/** Everything that the consent page says, before it is put into words. */
export interface ConsentFacts {
  readonly id: Hash
  readonly study: Study
  readonly us: InstitutionId
  readonly asker: {
    readonly id: InstitutionId
    readonly name: string
    readonly knownSince: number | null
  }
  readonly members: readonly { readonly id: InstitutionId; readonly name: string; readonly known: boolean }[]
  /** Pairs of institutions among the members and those that we know whose names look alike. */
  readonly alike: readonly (readonly [
    { readonly id: InstitutionId; readonly name: string },
    { readonly id: InstitutionId; readonly name: string },
  ])[]
  /** Against the version we last approved; null where we approved none. */
  readonly changes: { readonly since: number; readonly lines: string[] } | null
  readonly data: ConsentData | null
  /** What keeps this study from running here; null when nothing does. */
  readonly fault: string | null
  readonly vectors: readonly Vector[]
  /** What a version goes on from, or why it begins anew; nothing in a first version. */
  readonly goesOn: readonly string[]
  /** Makes the hash of the page one that nobody can guess the numbers on it from. */
  readonly pageNumber: string
  readonly history: ConsentHistory
  /** Questions and answers, oldest first. */
  readonly notes: readonly {
    readonly by: string
    readonly at: number
    readonly isAnswer: boolean
    readonly text: string
  }[]
}

/** What of ours a study would use. */
export interface ConsentData {
  readonly name: string
  readonly version: number
  readonly rowsTotal: number
  readonly train: number
  readonly test: number
  readonly excluded: number
  /** Null where there are too few rows for any band. */
  readonly weight: number | null
  /** 0 for fewer than five. */
  readonly smallestGroup: number | null
  readonly columnsUsed: readonly string[]
  readonly columnsUnused: readonly string[]
  readonly cohort: Cohort
  /** The formula that a row must make true to be used; null for all rows. */
  readonly filter: string | null
  /** What it means that too few rows are held out; null where there are enough. */
  readonly tooFewHeldOut: string | null
  /** What it means that the outcome never varies in the rows to train on; null where it does. */
  readonly alikeOutcome: string | null
  /** What all others' opened statistics contradict in it; nothing before there are any. */
  readonly contradictions: readonly string[]
}

/** The ten parts of the consent page, in order. Every line is part of the text that is hashed and signed. */
export function consentParts(facts: ConsentFacts): ConsentPart[] {
  const parts: [string, string[]][] = [
    ['Who asks', whoAsks(facts)],
    ['Why', why(facts.study)],
    ['What of ours', whatOfOurs(facts)],
    ['What leaves', whatLeaves(facts)],
    ['What runs', whatRuns(facts)],
    ['Privacy', privacy(facts)],
    ['Benefit and risk', benefitLines(facts.history, facts.study.outcome, facts.data?.test ?? null)],
    ['Scope', scope(facts.study)],
    ['Decision', decision(facts)],
    ['Receipt', receipt(facts)],
  ]
  return parts.map(([title, lines], i) => ({ number: i + 1, title, lines }))
}

/** Exactly the text that is shown, hashed and signed. */
export function consentText(parts: readonly ConsentPart[]): string {
  return parts.map(({ number, title, lines }) => [`${number}. ${title}`, ...lines].join('\n')).join('\n\n')
}

/** A moment as a day everyone reads alike, in UTC. */
function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}

function list(names: readonly string[]): string {
  return names.length > 0 ? names.join(', ') : 'none'
}

function whoAsks({ study, asker, members, alike, changes }: ConsentFacts): string[] {
  const since =
    asker.knownSince === null ? 'This institution is ours.' : `Known to us since ${day(asker.knownSince)}.`
  const receivers = members.map((one) =>
    one.known ? quoted(one.name) : `${quoted(one.name)} (we have not confirmed this institution)`,
  )
  return [
    `${quoted(asker.name)} proposes the study ${quoted(study.name)}, version ${study.version}. ${since}`,
    study.references.person === ''
      ? 'No person is named.'
      : `Person who asks: ${quoted(study.references.person)}`,
    `Key: ${asker.id}`,
    `All ${members.length} members receive the sum and the model made from it: ${receivers.join(', ')}.`,
    ...alike.map(
      ([a, b]) =>
        `WARNING: ${quoted(a.name)} (key ${a.id}) and ${quoted(b.name)} (key ${b.id}) are two institutions whose names look alike.`,
    ),
    ...(changes?.lines.map((line) => `Since our last approval on ${day(changes.since)}: ${line}`) ?? [
      'We have approved no earlier version of this study.',
    ]),
  ]
}

function why({ purpose, references, expiresAt }: Study): string[] {
  const named = (label: string, text: string) => `${label}: ${text === '' ? 'not given' : quoted(text)}`
  return [
    purpose === '' ? 'No purpose is given.' : `In their words: ${quoted(purpose)}`,
    named('Ethics approval', references.ethics),
    named('Data protection impact assessment', references.dpia),
    named('Agreement', references.agreement),
    named('Legal basis', references.legalBasis),
    named('Data use codes (GA4GH DUO)', references.duo.join(', ')),
    named('Retention', references.retention),
    `The study ends on ${day(expiresAt)}.`,
  ]
}

function whatOfOurs({ data, study }: ConsentFacts): string[] {
  if (!data) {
    const none = 'No dataset of ours is mapped to this study yet. It can be declined, but not approved.'
    return [none, ...rangeLines(study)]
  }
  const { rowsTotal, train, test, excluded, weight, smallestGroup } = data
  return [
    `Dataset "${data.name}", version ${data.version}, with ${rowsTotal} rows.`,
    `${train} rows train the model, ${test} are held out to judge it at home, ${excluded} are left out.`,
    ...(data.tooFewHeldOut === null ? [] : [`WARNING: ${data.tooFewHeldOut}`]),
    ...(data.alikeOutcome === null ? [] : [`WARNING: ${data.alikeOutcome}`]),
    ...data.contradictions.map((line) => `WARNING: ${line}`),
    ...cohortLines(study, data),
    ...rangeLines(study),
    smallestGroup === null
      ? 'The outcome has no groups.'
      : `The smallest outcome group to train on has ${smallestGroup === 0 ? `fewer than ${FEW}` : smallestGroup} rows.`,
    `Columns used (${data.columnsUsed.length}): ${list(data.columnsUsed)}.`,
    `Columns not used (${data.columnsUnused.length}): ${list(data.columnsUnused)}.`,
    weight === null
      ? 'These are too few rows to take part.'
      : `The others learn that we have at least ${weight} rows to train on, and the names of the columns used, not our exact number of rows.`,
  ]
}

function whatLeaves({ vectors, members, study, asker, us }: ConsentFacts): string[] {
  return [
    'No rows leave this institution.',
    ...vectorLines(vectors, study.outcome),
    `A masked number looks random and means nothing alone: only the sum over all who take part, of ${members.length} members, can be read.`,
    ...messageLines(study, asker.id === us),
  ]
}

function whatRuns({ study, fault, goesOn }: ConsentFacts): string[] {
  return [
    ...(fault === null ? [] : [`THIS STUDY CANNOT RUN HERE: ${fault}`]),
    ...goesOn,
    ...modelLines(study),
    ...trainingLines(study),
    `Declared settings only, the same at every member. No code comes from others. Plan: ${planHash(study)}`,
  ]
}

function privacy({ study, members, history: { gaps } }: ConsentFacts): string[] {
  return [
    'What we send is masked: only sums can be read.',
    ...companyLines(study, members),
    study.plan.fit
      ? 'Every sum is over all of our training rows.'
      : `Every training step uses at least ${study.plan.local.batch} of our rows at a time.`,
    'Differential privacy is OFF: the sums are exact. Whoever holds the model may learn something about the group of patients it was trained on.',
    study.plan.fit
      ? 'No member is in one sum of training rows and not in another, so that no difference of two shows what it sent.'
      : 'When a member is in one round and not in the next, the difference of the two shows the others roughly what that member sent.',
    ...(gaps.all === 0
      ? []
      : [`How often that has happened so far in this study: ${gaps.all}; with us: ${gaps.ours}.`]),
    ...(study.rules.minimumSum === 3 ? ['WARNING: this study allows sums of only three members.'] : []),
    ...(study.rules.quorum === 'majority'
      ? ['WARNING: a simple majority decides rounds in this study.']
      : []),
  ]
}

/** Only institutions that we confirmed ourselves count: others may be one institution under several names. */
function companyLines(study: Study, members: ConsentFacts['members']): string[] {
  const least = smallestRoster(study)
  const confirmed = members.filter((one) => one.known).length
  return [
    `We have confirmed ${confirmed - 1} of the ${members.length - 1} other members ourselves, and only these count: at least ${least - 1} of them are in every sum that we are part of, and ${least - 1} of them would have to work together to see what we send.`,
    ...(confirmed < least
      ? [`WARNING: too few are confirmed. Nothing of ours leaves before ${least - 1} of them are.`]
      : []),
  ]
}

function scope({ rules, expiresAt }: Study): string[] {
  return [
    `An approval covers the rounds and the time chosen with the decision: at most rounds 1 to ${rules.lastRound}, at most until ${day(expiresAt)}.`,
    'It ends by itself on any change of the plan, the members, our dataset or its mapping, or the privacy settings.',
  ]
}

function decision({ notes }: ConsentFacts): string[] {
  return [
    'The study can be approved, or declined with a reason. Members can be asked a question first.',
    'An approval can be withdrawn at any time. That stops everything still to come; it cannot call back what was sent.',
    ...notes.map(
      ({ by, at, isAnswer, text }) =>
        `${isAnswer ? 'Answer' : 'Question'} of ${quoted(by)} on ${day(at)}: ${quoted(text)}`,
    ),
  ]
}

function receipt({ id, us, pageNumber }: ConsentFacts): string[] {
  return [
    `Study: ${id}`,
    `Our key: ${us}`,
    `Number of this page, which is only here and makes its hash say nothing about what stands on it: ${pageNumber}`,
    'The decision is signed with our key and names the hash of exactly this text.',
  ]
}
