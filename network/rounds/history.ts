import type { Document, Roster } from '#domain/documents.ts'
import { nextRound, type Decided } from '#domain/round.ts'
import type { Study } from '#domain/study.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import type { Journal, Library } from '../ports.ts'
import { decisionOf } from './decision.ts'
import { readRecord } from './record.ts'
import { count, onTrial, type OnTrial } from './votes.ts'

/** The decided rounds of a study that this member has settled, with the roster of the latest sum. */
export interface History {
  readonly decided: readonly Decided[]
  readonly lastRoster: readonly InstitutionId[] | null
  /** The model that members judge now. */
  readonly trial: OnTrial | null
}

export const noHistory: History = { decided: [], lastRoster: null, trial: null }

/** Adds a decided round. The roster of a sum must be known: it names who shares the next turns. */
export function extend(
  study: Study,
  history: History,
  decided: Decided,
  roster: Document<Roster> | null,
): History {
  const members = roster?.body.action.do === 'sum' ? roster.body.action.members.map((one) => one.id) : null
  const { outcome, round } = decided
  const isSum = roster && outcome.result === 'sum'
  return {
    decided: [...history.decided, decided],
    lastRoster: members ?? history.lastRoster,
    trial: isSum ? onTrial(study, roster, round, outcome.artefact) : history.trial,
  }
}

/**
 * A decision as it enters the history: with the kind that its roster names, and the votes that the roster fixes. Null while
 * one of those has not arrived. Of a void round that is repeated, members may have expected different kinds.
 */
export function completed(
  library: Library,
  { trial }: History,
  { round, kind, ...decision }: Omit<Decided, 'ballot'>,
): Decided | null {
  const roster = rosterOf(library, decision)
  if (!roster) return { round, kind, ...decision }
  // Votes that this round rests on are fixed by it, also where it could not judge the model.
  const ballot = trial && count(library, trial, roster.body.votes ?? [])
  if (trial && !ballot) return null
  return { round, kind: roster.body.roundKind, ...decision, ...(ballot ? { ballot } : {}) }
}

/** The roster that a decided outcome names, or null where it names none, and while its document has not arrived. */
export function rosterOf(library: Library, decided: Pick<Decided, 'outcome'>): Document<Roster> | null {
  if (decided.outcome.roster === undefined) return null
  const found = library.get(decided.outcome.roster)
  // Safe: the kind is compared in the same expression.
  return found?.body.kind === 'roster' ? (found as Document<Roster>) : null
}

/** Replays the rounds that this member settled before, from documents and journal. Done once at the start. */
export function replay(library: Library, journal: Journal, study: Document<Study>): History {
  let history = noHistory
  for (;;) {
    const next = nextRound(study.body, history.decided)
    if (!next || !settled(journal, study.id, next.round)) return history
    const record = readRecord(library.ofRound(study.id, next.round))
    const decision = decisionOf(study.body, record)
    const decided = decision && completed(library, history, { ...next, ...decision })
    if (!decided) return history
    history = extend(study.body, history, decided, rosterOf(library, decided))
  }
}

function settled(journal: Journal, study: Hash, round: number): boolean {
  return journal.read(study, round).some((one) => one.step === 'decided')
}
