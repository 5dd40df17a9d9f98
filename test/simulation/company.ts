import type { Acceptance, Commitment, Document, Roster } from '#domain/documents.ts'
import { quorumOf } from '#domain/study.ts'
import { memberIds, ofKind } from '#network/rounds/record.ts'
import type { Hospital } from './hospital.ts'
import type { World } from './world.ts'

/** Whom an honest member lets itself be added up with, and whom it lets be left out: what is wrong with a document of its own. */
export function wrongCompany(hospital: Hospital, { body }: Document, world: World): string[] {
  if (body.kind === 'commitment') return withStrangers(hospital, body)
  return body.kind === 'acceptance' ? withoutTheReady(hospital, body, world) : []
}

function rosterOf({ store }: Hospital, { study, round, attempt }: Acceptance | Commitment, id?: string) {
  const rosters = ofKind(store.library.ofRound(study, round), 'roster')
  return rosters.find((one) => one.body.attempt === attempt && (id === undefined || one.id === id))
}

/** At least a smallest sum of those that it is added up with has been confirmed by itself. */
function withStrangers(hospital: Hospital, body: Commitment): string[] {
  const study = hospital.store.library.study(body.study)?.body
  const roster = rosterOf(hospital, body)
  if (!study || !roster) return []
  const counted = [...memberIds(roster)].filter((id) => id === hospital.id || hospital.habits.confirms(id))
  return counted.length < Math.max(quorumOf(study), study.rules.minimumSum)
    ? [`was added up with too few that it knows, round ${body.round}`]
    : []
}

/**
 * Nobody is left out of a first attempt whose readiness was here long before the roster. Where sums from the same model were
 * tried before, there may be reasons; those are looked at elsewhere.
 */
function withoutTheReady(hospital: Hospital, body: Acceptance, world: World): string[] {
  const roster = rosterOf(hospital, body, body.roster)
  if (body.attempt > 0 || roster?.body.action.do !== 'sum') return []
  if (wasTriedBefore(roster, world)) return []
  const here = (id: string) => Math.max(hospital.since, hospital.arrived.get(id) ?? Infinity)
  const documents = hospital.store.library.ofRound(body.study, body.round)
  const left = new Set(ofKind(documents, 'abandon').map((one) => one.author))
  const early = ofKind(documents, 'ready').filter(
    (one) =>
      one.body.roundKind === roster.body.roundKind &&
      one.body.base === roster.body.base &&
      here(one.id) + LONG_MS <= here(roster.id),
  )
  const present = memberIds(roster)
  const omitted = early.filter(({ author }) => !present.has(author) && !left.has(author))
  return omitted.map(({ author }) => `let ${author.slice(-6)} be left out, round ${body.round}`)
}

/** So long gossip is given to reach everybody. */
const LONG_MS = 1200

function wasTriedBefore({ body }: Document<Roster>, { seen }: World): boolean {
  return ofKind([...seen.values()], 'roster').some(
    (one) =>
      one.body.round < body.round && one.body.roundKind === body.roundKind && one.body.base === body.base,
  )
}
