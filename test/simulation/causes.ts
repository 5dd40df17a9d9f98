import { leftAttempts } from '#network/rounds/causes.ts'
import { readRecord } from '#network/rounds/record.ts'
import type { Federation } from './federation.ts'

/** Attempts that were left, by the step that was missing, and whether those named for it were really struck. */
export interface Causes {
  readonly roster: number
  readonly acceptance: number
  readonly commitment: number
  readonly reveal: number
  readonly certificate: number
  /** Members that most of those who left an attempt waited for. */
  readonly named: number
  /** Of these, the ones that a blow had hit shortly before. */
  readonly named_struck: number
}

/** A blow's effect may show so much later: the time to compute and to exchange. */
const SHOWS_WITHIN_MS = 3500

/** Counts what the signed documents of the first rounds say on attempts that came to nothing, against what the storm did. */
export function causesOf({ world }: Federation, rounds: number): Causes {
  const causes = {
    roster: 0,
    acceptance: 0,
    commitment: 0,
    reveal: 0,
    certificate: 0,
    named: 0,
    named_struck: 0,
  }
  const byRound = Map.groupBy(world.seen.values(), (one) => ('round' in one.body ? one.body.round : 0))
  for (let round = 1; round <= rounds; round++) {
    const documents = byRound.get(round) ?? []
    const record = readRecord(documents)
    for (const { attempt, step, left, named } of leftAttempts(record)) {
      causes[step] += 1
      const leaving = record.abandons.filter((one) => one.body.attempt === attempt)
      const at = Math.max(...leaving.map((one) => world.seenAt.get(one.id) ?? 0))
      const most = named.filter((one) => one.by * 2 > left)
      causes.named += most.length
      causes.named_struck += most.filter((one) => wasStruck(one.id, at)).length
    }
  }
  return causes

  function wasStruck(id: string, at: number): boolean {
    return world.blows.some((one) => one.on.id === id && one.from <= at && one.until >= at - SHOWS_WITHIN_MS)
  }
}
