import type { Document, Proposal, Roster, Vote } from '#domain/documents.ts'
import { asksForVotes, ballotOf, isVotedDown, type Ballot } from '#domain/gate.ts'
import { baseOf, nextRound, type RoundKind } from '#domain/round.ts'
import { planHash, type Study } from '#domain/study.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import type { Library } from '../ports.ts'
import type { History } from './history.ts'
import { ofKind, type RoundRecord } from './record.ts'

/** The latest training sum while its votes are not fixed yet: by the roster of the next sum. */
export interface OnTrial {
  readonly round: number
  readonly artefact: Hash
  /** Whose contributions are in it: they have a vote each. */
  readonly voters: ReadonlySet<InstitutionId>
}

/** What is on trial after a decided sum; null in a study without votes, and after anything but training. */
export function onTrial(study: Study, roster: Document<Roster>, round: number, artefact: Hash) {
  const { action, roundKind } = roster.body
  if (action.do !== 'sum' || roundKind !== 'training' || !asksForVotes(study.plan)) return null
  return { round, artefact, voters: new Set(action.members.map((one) => one.id)) }
}

/** Counts votes by their ids; null while one is unknown, and for what is no list of one vote each on this trial. */
export function count(library: Library, trial: OnTrial, ids: readonly Hash[]): Ballot | null {
  const found = ids.map((id) => library.get(id))
  const votes = found.flatMap((one) => (one && isVoteOn(trial, one) ? [one] : []))
  const authors = new Set(votes.map((one) => one.author))
  if (authors.size !== ids.length) return null
  return ballotOf(
    votes.map((one) => one.body.vote),
    trial.voters.size,
  )
}

function isVoteOn(trial: OnTrial, document: Document): document is Document<Vote> {
  const { body, author } = document
  return body.kind === 'vote' && body.artefact === trial.artefact && trial.voters.has(author)
}

/** The votes on a trial that have arrived: one for each author, none of those who signed two. */
function votesOn(library: Library, study: Hash, trial: OnTrial): readonly Document<Vote>[] {
  const byAuthor = Map.groupBy(allVotesOn(library, study, trial), (one) => one.author)
  return [...byAuthor.values()].flatMap((own) => (own.length === 1 ? own : []))
}

function allVotesOn(library: Library, study: Hash, trial: OnTrial): readonly Document<Vote>[] {
  return ofKind(library.ofRound(study, trial.round), 'vote').filter((one) => isVoteOn(trial, one))
}

/** Who has voted on a trial, also those whose votes do not count since they signed two: nobody waits for more of them. */
export function haveVoted(library: Library, study: Hash, trial: OnTrial | null): ReadonlySet<InstitutionId> {
  return new Set(trial ? allVotesOn(library, study, trial).map((one) => one.author) : [])
}

/** What a round rests on: the proposal followed (null for none yet), and the votes with what follows from them. */
export interface Footing {
  readonly proposal: Document<Proposal> | null
  readonly votes: readonly Hash[]
  readonly ballot: Ballot | null
}

/** What this member computes for, or has said to be ready for: it follows no proposal of anything else in this round. */
export interface Tie {
  readonly roundKind: RoundKind
  readonly base: Hash | null
}

/**
 * The proposal of a round that this member follows: the first whose kind and base follow from the votes that it names, and
 * which leaves out no votes known here that vote the model down. Without any, what follows from the votes known here.
 * Whoever is tied to one kind and base follows the first proposal of these, so that all who are come to name the same votes.
 */
export function footingOf(around: Around, history: History, record: RoundRecord, tie: Tie | null): Footing {
  const { library, study } = around
  const { trial } = history
  if (!trial) {
    const proposal = record.proposals.find((one) => follows(around, history, one, null)) ?? null
    return { proposal, votes: [], ballot: null }
  }
  const here = votesOn(library, study.id, trial)
  const known = ballotOf(
    here.map((one) => one.body.vote),
    trial.voters.size,
  )
  for (const proposal of record.proposals) {
    const { votes = [] } = proposal.body
    const ballot = count(library, trial, votes)
    if (!ballot || !follows(around, history, proposal, ballot)) continue
    const isOutvoted = isVotedDown(known) && !isVotedDown(ballot)
    if (tie ? isTied(tie, proposal) : !isOutvoted) return { proposal, votes, ballot }
  }
  return { proposal: null, votes: here.map((one) => one.id).toSorted(), ballot: known }
}

interface Around {
  readonly library: Library
  readonly study: Document<Study>
}

/** Whether a proposal is of this plan, and its kind and base are those that follow from a ballot. */
function follows(
  { study }: Around,
  { decided }: History,
  { body }: Document<Proposal>,
  ballot: Ballot | null,
): boolean {
  const kind = nextRound(study.body, decided, ballot)?.kind
  const isOurs = kind === body.roundKind && body.planHash === planHash(study.body)
  return isOurs && baseOf(study.body, decided, ballot) === body.base
}

function isTied({ roundKind, base }: Tie, { body }: Document<Proposal>): boolean {
  return body.roundKind === roundKind && body.base === base
}
