import type { Proposal, Ready, Unable } from '#domain/documents.ts'
import { standingConsent } from '#domain/permission.ts'
import { planHash, quorumOf, smallestRoster } from '#domain/study.ts'
import type { Hash } from '#domain/values.ts'
import type { Step } from './acts.ts'
import { mostAllowed } from './allowed.ts'
import { provenPromises } from './claims.ts'
import { attemptOf } from './record.ts'
import { candidates, makeRoster } from './roster.ts'
import { stuckBecause } from './stuck.ts'
import { votesAreIn } from './voting.ts'
import { absenceOf, leaderOf, mayBegin, type Situation } from './situation.ts'
import { inabilityOf, unjudgeable } from './unable.ts'

/** Asks all members for the round, when it is our turn. */
export const propose: Step = (s, attempt) => {
  if (s.proposal || s.paused || leaderOf(s, attempt) !== s.me) return null
  if (!mayBegin(s) || !votesAreIn(s)) return null
  const body: Proposal = {
    kind: 'proposal',
    study: s.study.id,
    round: s.round,
    roundKind: s.kind,
    planHash: planHash(s.study.body),
    base: s.base,
    ...(s.trial ? { votes: [...s.votes] } : {}),
    proposedAt: s.now,
  }
  return { act: 'sign', body }
}

/** Begins our computation once the round is proposed and our consent covers it. */
export const compute: Step = (s) => {
  if (!s.proposal || s.paused || s.memory.contribution !== null || absenceOf(s, s.me)) return null
  return { act: 'compute' }
}

/** Says that our contribution is ready, under which consent. */
export const announceReady: Step = (s) => {
  const own = s.memory.contribution
  if (own === null || typeof own === 'string' || s.paused || absenceOf(s, s.me)) return null
  const consent = standingConsent(s.file, s.me)
  const announced = s.record.readies.get(s.me) ?? []
  if (!consent || announced.some((one) => one.body.consent === consent.id) || bar(s)) return null
  const { study, round, kind: roundKind, base } = s
  const { dataset, weight, inputs } = own
  const place = { study: study.id, round, roundKind, base }
  const all = study.body.members.map((one) => one.id)
  const confirmed = all.filter((id) => id === s.me || s.confirmed(id))
  const body: Ready = {
    ...{ kind: 'ready', ...place, consent: consent.id, dataset, weight },
    inputs: [...inputs],
    ...(confirmed.length < all.length ? { confirmed } : {}),
  }
  return { act: 'sign', body }
}

/** Says why we can have no part in this round, so that nobody waits for us. */
export const announceUnable: Step = (s) => {
  const reason = bar(s)
  if (!reason || inabilityOf(s, s.me)) return null
  const consent = standingConsent(s.file, s.me)
  if (!consent || hasSaidSo(s, consent.id)) return null
  const { study, round, kind: roundKind, base } = s
  const place = { study: study.id, round, roundKind, base }
  const body: Unable = { kind: 'unable', ...place, consent: consent.id, reason }
  return { act: 'sign', body }
}

/** One that was ready before is taken at that word: what it says now changes nothing, and is said once. */
function hasSaidSo({ record, me, kind, base }: Situation, consent: Hash): boolean {
  return record.unables.some(
    ({ author, body }) =>
      author === me && body.consent === consent && body.roundKind === kind && body.base === base,
  )
}

/** What bars us from every sum of this round, whoever else gets ready; null where nothing does. */
function bar(s: Situation): Unable['reason'] | null {
  const { contribution } = s.memory
  if (contribution === 'too-few-rows') return contribution
  if (contribution === null || typeof contribution === 'string') return null
  const { members } = s.study.body
  const ids = new Set<string>(members.map((one) => one.id))
  const counted = members.filter(({ id }) => id === s.me || s.confirmed(id)).length
  if (counted < smallestRoster(s.study.body)) return 'unconfirmed'
  const needed = s
    .openings(contribution.inputs)
    .flatMap((sum) => [...sum.members.keys()].filter((id) => !sum.closed(id)))
  return needed.some((id) => !ids.has(id)) ? 'sum-opened' : null
}

/** Puts a decision to the others, when the attempt is ours to lead. */
export const lead: Step = (s, attempt) => {
  if (leaderOf(s, attempt) !== s.me || attemptOf(s.record, attempt).rosters.length > 0) return null
  if (attempt === 0 ? !readyEnough(s) : !promisedEnough(s, attempt)) return null
  const body = makeRoster(s, attempt)
  return body && { act: 'sign', body }
}

function readyEnough(s: Situation): boolean {
  const able = candidates(s)
  if (s.proposal && (unjudgeable(s) || stuckBecause(s, able))) return true
  if (!s.proposal || mostAllowed(s, able) === null) return false
  const ready = new Set(able.map((one) => one.id))
  const late = s.study.body.members.filter(
    ({ id }) => !ready.has(id) && !inabilityOf(s, id) && s.expected(id),
  )
  const over = s.ticks >= s.memory.mark(`proposal ${s.round}`) + s.study.body.rules.pace.compute
  return late.length === 0 || over
}

/** A quorum has promised, and the rest had a short while to follow. */
function promisedEnough(s: Situation, attempt: number): boolean {
  const { members, rules } = s.study.body
  const count = provenPromises(s, attempt - 1).size
  if (count < quorumOf(s.study.body)) return false
  const grace = Math.min(1000, rules.pace.exchange / 5)
  return count === members.length || s.ticks >= s.memory.mark(`turn ${s.round}/${attempt}`) + grace
}
