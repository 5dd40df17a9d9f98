import { canonical } from '#domain/canonical.ts'
import type { Abandon, Document, Roster } from '#domain/documents.ts'
import { openAttempt } from '#network/rounds/decision.ts'
import { memberIds, readRecord } from '#network/rounds/record.ts'
import { contextOf, leaderOf } from '#network/rounds/situation.ts'
import { choices, oneOfEach, profileOf, subsets } from './choices.ts'
import type { Local } from './member.ts'
import { MEMBERS, type Setting } from './setting.ts'
import type { Numbers, Table } from './table.ts'

export const QUORUM = Math.floor((2 * MEMBERS) / 3) + 1

/** Documents that a member may learn together, and whether it matters how late it is when it does. */
export interface Bundle {
  readonly docs: Numbers
  readonly timed: boolean
}

/**
 * What a member may learn at once so that it does something it would not do without: the smallest sets of documents that
 * any of its acts waits for. Documents that change nothing yet may as well arrive later, so other orders lead to no other states.
 */
export function createBundles(setting: Setting, table: Table) {
  const { study, history, round, ids } = setting

  /** Where a member stands by what it has signed: the attempt in which it may still sign, and the rosters that it accepted. */
  function standing({ member, docs }: Local) {
    const me = ids[member]!
    const own = readRecord(docs.map(table.document))
    const attempt = openAttempt(own, me)
    const accepted = [...own.attempts].flatMap(([at, one]) => {
      const roster = one.acceptances.get(me)?.body.roster
      return roster === undefined ? [] : [[at, roster] as const]
    })
    return { me, attempt, accepted: new Map(accepted) }
  }
  type Standing = ReturnType<typeof standing>

  /** Of all that was signed, what can make a difference to a member that stands here. */
  function relevant({ attempt, accepted }: Standing, all: Numbers): Numbers {
    return all.filter((one) => {
      const { kind, attempt: at } = table.meta(one)
      if (kind === 'ready') return attempt === 0
      if (kind === 'abandon') return at >= attempt - 1
      return at < attempt || (at === attempt && (kind === 'roster') === !accepted.has(attempt))
    })
  }

  function bundles({ me, attempt, accepted }: Standing, all: Numbers): Bundle[] {
    const found: Numbers[] = []
    const rosters = all.filter((one) => table.meta(one).kind === 'roster')
    for (const one of rosters) {
      const { attempt: at } = table.meta(one)
      if (at === attempt && !accepted.has(at)) found.push(...toSign(all, one))
      else if (accepted.get(at) === table.document(one).id || at < attempt) found.push(...toFinish(all, one))
    }
    for (const [at, id] of accepted)
      if (at === attempt) found.push(...toFinish(all, table.number(table.byId(id))))
    found.push(
      ...oneOfEach(promised(all, attempt), (list) =>
        String(Math.min(...list.map((one) => table.meta(one).attempt))),
      ),
    )
    const leads = leaderOf({ study, lastRoster: history.lastRoster, round }, attempt) === me
    const timed = [...toWait(all, attempt), ...(leads ? toLead(all, attempt) : [])]
    return [...timed.map((docs) => ({ docs, timed: true })), ...found.map((docs) => ({ docs, timed: false }))]
  }

  const ofKind = (all: Numbers, kind: string, ref: string) =>
    all.filter((one) => table.meta(one).kind === kind && table.meta(one).ref === ref)
  const byAuthor = (all: Numbers) => Map.groupBy(all, (one) => String(table.meta(one).author))

  /** A roster with the ready documents and promises that it names, and the proof of what these claim. */
  function toSign(all: Numbers, roster: number): Numbers[] {
    const { action, because } = (table.document(roster) as Document<Roster>).body
    const promises = because.map((id) => table.number(table.byId(id)))
    return [[roster, ...readiesOf(action), ...promises, ...proofs(all, promises)]]
  }

  /** What the members of a sum said that their numbers depend on: asked for at each step that cannot be taken back. */
  const readiesOf = (action: Roster['action']) =>
    action.do === 'sum' ? action.members.map((one) => table.number(table.byId(one.ready))) : []

  /** What a member of a roster waits for, one step after the other; the same for one that finishes late what others have opened. */
  function toFinish(all: Numbers, roster: number): Numbers[] {
    const { id, body } = table.document(roster) as Document<Roster>
    const accepted = ofKind(all, 'acceptance', id)
    if (body.action.do !== 'sum') return choices(byAuthor(accepted), QUORUM).map((list) => [roster, ...list])
    const members = memberIds(table.document(roster) as Document<Roster>).size
    const of = (kind: string) => choices(byAuthor(ofKind(all, kind, contextOf(body))), members)
    return choices(byAuthor(accepted), members).flatMap((a) => {
      const joined = [roster, ...readiesOf(body.action), ...a]
      const committed = of('commitment').map((list) => [...joined, ...list])
      const revealed = committed.flatMap((list) => of('reveal').map((reveals) => [...list, ...reveals]))
      return [joined, ...committed, ...revealed]
    })
  }

  /** What tells a member that its time runs: who is ready, and that the attempt before was left. */
  function toWait(all: Numbers, attempt: number): Numbers[] {
    const readies = setting.readies.map(table.number)
    const [left] = attempt === 0 ? [[]] : promised(all, attempt - 1)
    return left ? [[], [...readies, ...left]] : [[]]
  }

  function toLead(all: Numbers, attempt: number): Numbers[] {
    const readies = setting.readies.map(table.number)
    if (attempt === 0) return subsets(readies, QUORUM)
    const profile = (list: Numbers) => profileOf(list.map((one) => table.document(one) as Document<Abandon>))
    return oneOfEach(promised(all, attempt - 1), profile).map((list) => [
      ...readies,
      ...list,
      ...proofs(all, list),
    ])
  }

  /** Promises of a quorum to stay out of an attempt. */
  function promised(all: Numbers, attempt: number): Numbers[] {
    const promises = all.filter(
      (one) => table.meta(one).kind === 'abandon' && table.meta(one).attempt >= attempt,
    )
    return choices(byAuthor(promises), QUORUM)
  }

  /** What proves the claims of promises: what was revealed, and the signatures under what is said to be certified. */
  function proofs(all: Numbers, promises: Numbers): Numbers {
    const bodies = promises.map((one) => table.document(one) as Document<Abandon>)
    const revealed = bodies.flatMap((one) => (one.body.revealed ? [ids.indexOf(one.author)] : []))
    const reveals = all.filter(
      (one) => table.meta(one).kind === 'reveal' && revealed.includes(table.meta(one).author),
    )
    const claims = bodies.flatMap((one) => one.body.certified ?? [])
    return [...reveals, ...claims.flatMap((claim) => signaturesOf(all, claim))]
  }

  function signaturesOf(all: Numbers, { attempt, outcome }: NonNullable<Abandon['certified']>): Numbers {
    const here = all.filter((one) => table.meta(one).attempt === attempt)
    const rosters = here.filter((one) => {
      const { id, body } = table.document(one)
      if (body.kind !== 'roster') return false
      if (outcome.result === 'sum' && id === outcome.roster) return true
      return body.action.do === 'void' ? outcome.result === 'void' : isConfirming(body, outcome)
    })
    const accepted = rosters.flatMap((one) => ofKind(here, 'acceptance', table.document(one).id))
    return [...rosters, ...accepted, ...ofKind(here, 'certificate', canonical(outcome))]
  }

  return { standing, relevant, bundles }
}

function isConfirming({ action }: Roster, outcome: NonNullable<Abandon['certified']>['outcome']): boolean {
  return action.do === 'confirm' && canonical(action.outcome) === canonical(outcome)
}
