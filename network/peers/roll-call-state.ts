import type { ErrorCode } from '#domain/errors.ts'
import type { InstitutionId } from '#domain/values.ts'
import type { Entry, LeftOut } from '../protocols/roll-call.ts'

/** A code for a roll call is good, and a roll call open, for so long at most: all sit at their screens, in one call. */
export const CALL_MS = 45 * 60_000
/** A machine answers within this time, or the roll call goes on without it. */
export const ANSWER_MS = 12_000

/** A roll call as one of those who take part sees it. */
export interface CallState {
  /** `gathering`: who comes is let in; `agreeing`: machines exchange promises and numbers; `comparing`: people read the words. */
  readonly stage: 'gathering' | 'agreeing' | 'comparing' | 'failed'
  /** The names of those who have come, ours included. */
  readonly here: readonly string[]
  /** All in the list with ours, once there is one. */
  readonly list: readonly Entry[]
  /** Six words that are the same at everybody, unless somebody is in between. */
  readonly words: readonly string[]
  readonly without: readonly LeftOut[]
  /** Those whose person said that they see other words. */
  readonly differ: readonly InstitutionId[]
  readonly trouble: ErrorCode | null
}

/** What one who takes part can do. */
export interface CallSeat {
  /** Wall time at which it is over whatever happens. */
  readonly until: number
  /** Our person sees other words than those that are read out: all are told. */
  readonly differ: () => void
  /** We take part no longer. */
  readonly leave: () => void
}

/** How a roll call begins for one that is there with these. */
export function firstState(here: readonly string[]): CallState {
  return { stage: 'gathering', here, list: [], words: [], without: [], differ: [], trouble: null }
}

/** Keeps the state and tells of each change; after a failure nothing changes any more. */
export function createCallState(listen: (state: CallState) => void, here: readonly string[]) {
  let state = firstState(here)
  listen(state)
  const change = (part: Partial<CallState>): void => {
    if (state.stage === 'failed') return
    state = { ...state, ...part }
    listen(state)
  }
  return {
    get: () => state,
    change,
    fail: (trouble: ErrorCode) => change({ stage: 'failed', words: [], trouble }),
    differs: (id: InstitutionId) => {
      if (!state.differ.includes(id)) change({ differ: [...state.differ, id] })
    },
  }
}
