import type { Document, Roster } from '#domain/documents.ts'
import { nextRound, type Decided } from '#domain/round.ts'
import type { Study } from '#domain/study.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import type { Journal, Library } from '../ports.ts'
import { decisionOf } from './decision.ts'
import { readRecord, type RoundRecord } from './record.ts'
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
 * one of those has not arrived.
 */
export function completed(
  library: Library,
  { trial }: History,
  record: RoundRecord,
  { round, kind, ...decision }: Omit<Decided, 'ballot'>,
): Decided | null {
  const roster = rosterOf(library, decision)
  if (!roster) return { round, kind: voidKind(record) ?? kind, ...decision }
  const ballot = trial && count(library, trial, roster.body.votes ?? [])
  if (trial && !ballot) return null
  return { round, kind: roster.body.roundKind, ...decision, ...(ballot ? { ballot } : {}) }
}

/** A void round counts as one of evaluation where anybody was asked to add up an evaluation: it may have been opened. */
function voidKind({ attempts }: RoundRecord): Decided['kind'] | null {
  const rosters = [...attempts.values()].flatMap((one) => one.rosters)
  const asked = rosters.some(({ body }) => body.action.do === 'sum' && body.roundKind === 'evaluation')
  return asked ? 'evaluation' : null
}

/** The roster that a decided sum added up, or null while its document has not arrived. */
export function rosterOf(library: Library, decided: Pick<Decided, 'outcome'>): Document<Roster> | null {
  if (decided.outcome.result !== 'sum') return null
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
    const decided = decision && completed(library, history, record, { ...next, ...decision })
    if (!decided) return history
    history = extend(study.body, history, decided, rosterOf(library, decided))
  }
}

function settled(journal: Journal, study: Hash, round: number): boolean {
  return journal.read(study, round).some((one) => one.step === 'decided')
}
