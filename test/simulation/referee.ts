import type { Roster } from '#domain/documents.ts'
import { baseOf } from '#domain/round.ts'
import { memberIds, ofKind, readRecord } from '#network/rounds/record.ts'
import { contextOf } from '#network/rounds/situation.ts'
import type { Document } from '#domain/documents.ts'
import type { Federation } from './federation.ts'
import { BOUND, type Hospital } from './hospital.ts'
import { recount } from './recount.ts'

/** What an all-seeing referee finds wrong in a finished or stopped run. An empty list is the promise kept. */
export function judge(federation: Federation): string[] {
  return [
    ...federation.world.broken,
    ...wrongSums(federation),
    ...openedTwice(federation),
    ...divergedModels(federation),
    ...miscounted(federation),
  ]
}

/** Every sum that anyone opened is the exact sum of the roster's contributions, within fixed-point rounding. */
function wrongSums({ world, hospitals, study }: Federation): string[] {
  const documents = [...world.seen.values()]
  return world.sums.flatMap(({ by, work, sum }) => {
    const rosters = ofKind(documents, 'roster').filter(
      (one) => one.body.round === work.round && one.body.study === study.id && memberIds(one).size > 0,
    )
    const exact = rosters.some((roster) => {
      const members = hospitals.filter((one) => memberIds(roster).has(one.id))
      return sum.every((value, i) => {
        const expected = members.reduce(
          (total, one) => total + (one.contributionTo(work).values[i] as number),
          0,
        )
        return Math.abs(value - expected) <= members.length * 2 ** -33 + BOUND * 1e-15
      })
    })
    return exact ? [] : [`wrong sum in round ${work.round} at ${by.id.slice(-6)}`]
  })
}

/** Attempts that somebody who saw every document and blob could open, a liar with what it keeps to itself. */
function openable({ world, hospitals }: Federation, round: number): Document<Roster>[] {
  const liars = new Set(hospitals.flatMap((one) => (one.liar ? [one.id] : [])))
  const documents = [...world.seen.values()].filter((one) => 'round' in one.body && one.body.round === round)
  const record = readRecord(documents)
  return ofKind(documents, 'roster').filter((roster) => {
    const ids = [...memberIds(roster)]
    const attempt = record.attempts.get(roster.body.attempt)
    if (!attempt || ids.length === 0) return false
    const ctx = contextOf(roster.body)
    return ids.every(
      (id) =>
        attempt.commitments.get(id)?.body.ctx === ctx &&
        (liars.has(id) || attempt.reveals.get(id)?.body.ctx === ctx),
    )
  })
}

/** No contribution is in two sums that could be opened, unless both are over the same honest members: training from one base counts as one. */
function openedTwice(federation: Federation): string[] {
  const liars = new Set(federation.hospitals.flatMap((one) => (one.liar ? [one.id] : [])))
  const seen = new Map<string, string>()
  const faults: string[] = []
  const last = Math.max(...federation.hospitals.map((one) => one.decided.length)) + 1
  for (let round = 1; round <= last; round++) {
    for (const roster of openable(federation, round)) {
      const { roundKind, base } = roster.body
      const kind = roundKind === 'training' ? `training from ${base}` : roundKind
      const honest = [...memberIds(roster)].filter((id) => !liars.has(id))
      const members = honest.toSorted().join(' ')
      for (const id of honest) {
        const key = `${kind} ${id}`
        const before = seen.get(key)
        if (before !== undefined && before !== members)
          faults.push(`opened twice: ${kind} of ${id.slice(-6)}`)
        seen.set(key, members)
      }
    }
  }
  return faults
}

/** All members that decided a round decided the same. */
function divergedModels({ hospitals }: Federation): string[] {
  const outcomes = new Map<number, string>()
  const check = (hospital: Hospital) =>
    hospital.decided.flatMap((one) => {
      const kind = one.outcome.roster === undefined ? null : one.kind
      const mine = JSON.stringify([kind, one.outcome, one.ballot])
      const known = outcomes.get(one.round) ?? mine
      outcomes.set(one.round, known)
      return known === mine ? [] : [`round ${one.round} ended differently at ${hospital.id.slice(-6)}`]
    })
  return hospitals.filter((one) => !one.liar).flatMap(check)
}

/** Votes count once, rounds start from the model that they leave in force, and everybody ends with that. */
function miscounted({ hospitals, world, study }: Federation): string[] {
  const honest = hospitals.filter((one) => !one.liar)
  return honest.flatMap(({ id, decided }) => {
    const { faults, bases, last } = recount(decided, (one) => world.seen.get(one))
    const wrong = decided.filter(({ outcome }, i) => {
      const roster = world.seen.get(outcome.roster ?? '')?.body
      return roster?.kind === 'roster' && roster.base !== bases[i]
    })
    const ends = baseOf(study.body, decided) === last ? [] : [`another model in force at ${id.slice(-6)}`]
    return [...faults, ...wrong.map((one) => `round ${one.round} started from another model`), ...ends]
  })
}
