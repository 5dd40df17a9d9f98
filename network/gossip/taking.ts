import type { Document } from '#domain/documents.ts'
import type { InstitutionId } from '#domain/values.ts'
import type { Clock } from '../ports.ts'
import { createBreath } from './breath.ts'

/** Documents dealt with before others get a turn. */
const AT_ONCE = 32
/** After something was stored, what comes within so many milliseconds is stored together. */
const APART_MS = 20

/** What one peer sent, or a part of it. */
export interface Parcel {
  readonly from: InstitutionId
  readonly inputs: readonly unknown[]
}

interface Waiting {
  readonly from: InstitutionId
  readonly inputs: readonly unknown[]
  at: number
  readonly taken: Document[]
  readonly done: (taken: Document[]) => void
  readonly failed: (error: unknown) => void
}

/**
 * Deals with what several peers send in few transactions: the first at once, what comes soon after it together. Who sends much
 * lets others in between. `deal` says for each parcel what was new.
 */
export function createTaking(clock: Clock, deal: (parcels: readonly Parcel[]) => Document[][]) {
  const breathe = createBreath(clock, APART_MS)
  let waiting: Waiting[] = []
  let isResting = false

  function work(): void {
    isResting = waiting.length > 0
    if (!isResting) return
    const parts = firstParts(waiting)
    const others = waiting.filter((one) => parts.every(({ whose }) => whose !== one))
    try {
      deal(parts).forEach((taken, i) => parts[i]?.whose.taken.push(...taken))
      const more = parts.filter(({ whose }) => whose.at < whose.inputs.length)
      waiting = [...others, ...more.map(({ whose }) => whose)]
      for (const { whose } of parts) if (!waiting.includes(whose)) whose.done(whose.taken)
    } catch (error) {
      waiting = others
      for (const { whose } of parts) whose.failed(error)
    }
    if (waiting.length > 0) clock.after(0, work)
    else breathe(work)
  }

  return function take(from: InstitutionId, inputs: readonly unknown[]): Promise<Document[]> {
    return new Promise((done, failed) => {
      waiting.push({ from, inputs, at: 0, taken: [], done, failed })
      if (!isResting) work()
    })
  }
}

/** The next documents of those who wait: as many of each peer's, however many parcels it has sent, and then what room is left. */
function firstParts(waiting: readonly Waiting[]) {
  const peers = new Set(waiting.map((one) => one.from))
  const share = Math.max(1, Math.floor(AT_ONCE / peers.size))
  const parts = new Map<Waiting, unknown[]>()
  let room = AT_ONCE
  function take(one: Waiting, most: number): number {
    const inputs = one.inputs.slice(one.at, one.at + most)
    one.at += inputs.length
    room -= inputs.length
    parts.set(one, [...(parts.get(one) ?? []), ...inputs])
    return inputs.length
  }
  for (const from of peers) {
    let left = Math.min(share, room)
    for (const one of waiting) if (one.from === from && left > 0) left -= take(one, left)
  }
  for (const one of waiting) if (room > 0) take(one, room)
  return [...parts].map(([whose, inputs]) => ({ from: whose.from, inputs, whose }))
}
