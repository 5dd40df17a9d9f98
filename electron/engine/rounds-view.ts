import type { RoundView } from '#contract/views.ts'
import type { Document, Roster } from '#domain/documents.ts'
import type { ErrorCode } from '#domain/errors.ts'
import { asksForVotes, type Fate } from '#domain/gate.ts'
import type { Study } from '#domain/study.ts'
import type { Hash } from '#domain/values.ts'
import { rosterOf } from '#network/rounds/history.ts'
import { leftAttempts } from '#network/rounds/causes.ts'
import { attemptOf, readRecord } from '#network/rounds/record.ts'
import type { RoundState } from '#network/rounds/state.ts'
import { getRound } from '#store/rounds.ts'
import { isSigned, listVotes } from '#store/signers.ts'
import { studyIn } from './consent-files.ts'
import { heldOutOf } from './held-out.ts'
import type { Past } from './histories.ts'
import { fallenIn } from './lineage.ts'
import type { Ports } from './ports.ts'

type ViewPorts = Pick<Ports, 'db' | 'library' | 'shelf' | 'histories'> & {
  readonly roundState: (study: Hash) => RoundState | null
  readonly troubleOf: (study: Hash, round: number) => ErrorCode | null
}

type Members = RoundView['members']

const unknown = { startedAt: null, decidedAt: null, computeMs: null, exchangeMs: null }
const nothing = { ...unknown, ownLoss: null, sharedLoss: null, bytesSent: 0, clipped: null, engine: null }

/** Rounds of a study with who is in, who is missing and why: past ones from their certificates, the open one as it is now. */
export function createRoundsView(ports: ViewPorts) {
  const { library, histories } = ports

  function list({ study: id, from, limit }: { study: Hash; from: number; limit: number }): RoundView[] {
    const study = studyIn(library, id)
    const heldOut = heldOutOf(ports.db, id)
    const fallen = fallenIn(ports, id)
    const views = histories
      .of(id)
      .filter((one) => one.round >= from && one.round < from + limit)
      .map((past): RoundView => ({
        ...viewPast(study, past),
        ...judgedPart(ports, study, past, fallen),
        heldOut: heldOut.get(past.round) ?? null,
      }))
    const state = ports.roundState(id)
    if (state && state.round >= from && state.round < from + limit) views.push(viewOpen(study, state))
    return views
  }

  function viewPast(study: Document<Study>, past: Past): RoundView {
    const { round, kind, attempt, outcome } = past
    const roster = rosterOf(library, past) ?? lastAsked(library.ofRound(study.id, round))
    return {
      ...{ study: study.id, round, kind, phase: 'decided', attempt, outcome },
      members: membersOf(study.body, roster),
      left: leftOf(ports, study.id, past),
      ...ownPart(ports, study.id, round),
    }
  }

  function viewOpen(study: Document<Study>, state: RoundState): RoundView {
    const { round, kind, phase, attempt, deadline, needs } = state
    const record = readRecord(library.ofRound(study.id, round))
    const commitments = [...attemptOf(record, attempt).commitments.values()]
    const arrived = commitments
      .filter((one) => ports.shelf.has(one.body.contribution, study.id))
      .map((one) => one.author)
    const members = state.members.map((one) => ({ ...one }))
    const own = ownPart(ports, study.id, round)
    const startedAt = own.startedAt ?? record.proposals[0]?.body.proposedAt ?? null
    return {
      study: study.id,
      round,
      kind,
      phase,
      attempt,
      outcome: null,
      members,
      left: leftAttempts(record),
      ...own,
      startedAt,
      arrived,
      deadline,
      needs: needs && { ids: [...needs.ids], until: needs.until },
      trouble: ports.troubleOf(study.id, round),
    }
  }

  return { list }
}

/** Of a void round: who was asked last to add up, so that it is told who was there. */
function lastAsked(documents: readonly Document[]): Document<Roster> | null {
  const attempts = [...readRecord(documents).attempts].toSorted(([a], [b]) => b - a)
  const rosters = attempts.flatMap(([, one]) => one.rosters)
  return rosters.find(({ body }) => body.action.do === 'sum') ?? null
}

/** What only this institution knows of a round. */
function ownPart({ db }: ViewPorts, study: Hash, round: number) {
  const { ownLoss, sharedLoss, bytesSent, startedAt, decidedAt, computeMs, exchangeMs, clipped, engine } =
    getRound(db, study, round) ?? nothing
  return { ownLoss, sharedLoss, bytesSent, startedAt, decidedAt, computeMs, exchangeMs, clipped, engine }
}

/** What members said of a round's model, and whether nothing goes on from it. */
function judgedPart(
  { db }: ViewPorts,
  { id, body }: Document<Study>,
  past: Past,
  fallen: ReadonlyMap<number, Fate>,
) {
  const { round, kind, outcome } = past
  if (kind !== 'training' || outcome.result !== 'sum' || !asksForVotes(body.plan)) return {}
  const fate = fallen.get(round)
  const votes = listVotes(db, id, { round, artefact: outcome.artefact })
  return { votes, rolledBack: fate === 'voted-down', setAside: fate === 'set-aside' }
}

/** Most rounds nobody left: of those the hundreds of documents are not read, for each of hundreds of rounds. */
function leftOf({ db, library }: ViewPorts, study: Hash, { round, attempt }: Past): RoundView['left'] {
  const attempts = Array.from({ length: attempt + 2 }, (_, at) => at)
  if (!attempts.some((at) => isSigned(db, study, [round, at, 'abandon']))) return []
  return leftAttempts(readRecord(library.ofRound(study, round)))
}

function membersOf(study: Study, roster: Document<Roster> | null): Members {
  const action = roster?.body.action
  const sum = action?.do === 'sum' ? action : null
  const unable = action?.do === 'void' ? action.absent : undefined
  const present = new Set(sum?.members.map((one) => one.id))
  return study.members.map(({ id }) => {
    const reason = (unable ?? sum?.absent)?.find((one) => one.id === id)?.reason ?? null
    // Where too few can ever take part, those who could are the ones that are not named.
    const isIn = present.has(id) || (unable !== undefined && reason === null)
    return { id, state: isIn ? 'in' : 'missing', reason }
  })
}
