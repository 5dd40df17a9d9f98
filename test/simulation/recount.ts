import type { Document, Roster, Vote } from '#domain/documents.ts'
import type { Decided } from '#domain/round.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import type { Work } from '#network/ports.ts'
import { memberIds, ofKind } from '#network/rounds/record.ts'
import type { Hospital } from './hospital.ts'

/** A training sum as a recount finds it: its model, who voted on it, and what most of them said. */
interface Trial {
  readonly artefact: Hash
  readonly voters: ReadonlySet<InstitutionId>
  said: 'worse' | 'better' | 'neither' | null
}

type Find = (id: Hash) => Document | undefined

/** What a recount of signed votes says of a study's past, by nothing but the documents that rosters name. */
export interface Recount {
  /** Votes that count for nothing were counted: twice by one member, by somebody else, or on another model. */
  readonly faults: readonly string[]
  /** The model that each round after a sum has to start from, in the order of the rounds; null for a void one. */
  readonly bases: readonly (Hash | null)[]
  /** The model in force at the end. */
  readonly last: Hash | null
}

/**
 * Counts anew. Written apart from the product's own counting, so that a fault there is seen: a model that more than half
 * of its sum's members found worse is taken back to the best before it, which is the first or the latest that more found
 * better than worse.
 */
export function recount(decided: readonly Decided[], find: Find): Recount {
  const trials: Trial[] = []
  const faults: string[] = []
  const bases: (Hash | null)[] = []
  let statistics: Hash | null = null
  for (const one of decided) {
    const roster = rosterIn(one, find)
    if (roster) faults.push(...fixVotes(trials.at(-1), roster, find))
    bases.push(roster ? (inForce(trials) ?? statistics) : null)
    if (one.outcome.result !== 'sum' || !roster) continue
    const { artefact } = one.outcome
    if (one.kind === 'statistics') statistics = artefact
    if (one.kind === 'training') trials.push({ artefact, voters: memberIds(roster), said: null })
  }
  return { faults, bases, last: inForce(trials) ?? statistics }
}

function rosterIn({ outcome }: Decided, find: Find): Document<Roster> | null {
  return outcome.roster === undefined ? null : (find(outcome.roster) as Document<Roster>) // named as one
}

/** The first sum after a model fixes what was said of it. */
function fixVotes(trial: Trial | undefined, { body }: Document<Roster>, find: Find): string[] {
  if (!trial || trial.said !== null) return []
  const votes = (body.votes ?? []).map((id) => find(id) as Document<Vote> | undefined) // named as such
  trial.said = verdictOf(trial, votes)
  return wrongVotes(trial, votes, body.round)
}

function wrongVotes(
  { artefact, voters }: Trial,
  votes: readonly (Document<Vote> | undefined)[],
  round: number,
): string[] {
  const authors = votes.map((one) => one?.author)
  const twice = new Set(authors).size !== authors.length
  const foreign = votes.some((one) => !one || !voters.has(one.author) || one.body.artefact !== artefact)
  return [
    ...(twice ? [`a member's second vote was counted in round ${round}`] : []),
    ...(foreign ? [`a vote of somebody else, or on another model, was counted in round ${round}`] : []),
  ]
}

function verdictOf({ voters }: Trial, votes: readonly (Document<Vote> | undefined)[]): Trial['said'] {
  const count = (kind: Vote['vote']) => votes.filter((one) => one?.body.vote === kind).length
  if (count('worse') > voters.size / 2) return 'worse'
  return count('better') > count('worse') ? 'better' : 'neither'
}

/** Whether these votes, as one member holds them, roll a model back: one of each voter, none of those who signed two. */
function rollsBack(
  { artefact, voters }: Pick<Trial, 'artefact' | 'voters'>,
  votes: readonly Document<Vote>[],
): boolean {
  const on = votes.filter((one) => one.body.artefact === artefact && voters.has(one.author))
  const single = on.filter((one) => on.filter(({ author }) => author === one.author).length === 1)
  return single.filter((one) => one.body.vote === 'worse').length > voters.size / 2
}

/** A member that holds votes which roll the last model back computes nothing from it, unless it had said it would before. */
export function ignoredVotes(
  { id, store, decided }: Pick<Hospital, 'id' | 'store' | 'decided'>,
  { study, round, base }: Work,
): string[] {
  const last = decided.findLast((one) => one.outcome.result === 'sum')
  if (last?.kind !== 'training' || last.outcome.result !== 'sum' || last.outcome.artefact !== base) return []
  const isReady = ofKind(store.library.ofRound(study.id, round), 'ready').some((one) => one.author === id)
  const votes = ofKind(store.library.ofRound(study.id, last.round), 'vote')
  const trial = { artefact: last.outcome.artefact, voters: new Set(last.members) }
  return !isReady && rollsBack(trial, votes)
    ? [`went on from a model that was voted down, round ${round}`]
    : []
}

/** The model in force after these: the last that stands, or the best before it. */
function inForce(trials: readonly Trial[]): Hash | null {
  const last = trials.at(-1)
  if (!last) return null
  if (last.said !== 'worse') return last.artefact
  const stood = trials.filter((one) => one.said !== 'worse')
  const best = stood.findLast((one) => one.said === 'better') ?? stood[0]
  return best?.artefact ?? null
}
