import type { Document, Roster } from '#domain/documents.ts'
import { nextRound, type Decided } from '#domain/round.ts'
import type { Study } from '#domain/study.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import type { Journal, Library } from '../ports.ts'
import { decisionOf } from './decision.ts'
import { readRecord } from './record.ts'

/** The decided rounds of a study that this member has settled, with the roster of the latest sum. */
export interface History {
  readonly decided: readonly Decided[]
  readonly lastRoster: readonly InstitutionId[] | null
}

export const noHistory: History = { decided: [], lastRoster: null }

/** Adds a decided round. The roster of a sum must be known: it names who shares the next turns. */
export function extend(history: History, decided: Decided, roster: Document<Roster> | null): History {
  const members = roster?.body.action.do === 'sum' ? roster.body.action.members.map((one) => one.id) : null
  return { decided: [...history.decided, decided], lastRoster: members ?? history.lastRoster }
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
    const decision = decisionOf(study.body, readRecord(library.ofRound(study.id, next.round)))
    if (!decision) return history
    const decided: Decided = { ...next, ...decision }
    history = extend(history, decided, rosterOf(library, decided))
  }
}

function settled(journal: Journal, study: Hash, round: number): boolean {
  return journal.read(study, round).some((one) => one.step === 'decided')
}
