import { createDice } from '../simulation/clock.ts'
import { createExplorer, type State } from './explorer.ts'
import type { ModelOptions } from './setting.ts'

export interface SearchReport {
  /** Different states of all members together. */
  readonly states: number
  readonly transitions: number
  /** Different states of one member. */
  readonly locals: number
  /** Different sets of documents that honest members had signed. */
  readonly signed: number
  /** Calls of the real modules: every act of every member's state with everything it may learn. */
  readonly steps: number
  /** True when every state within the bounds was looked at. */
  readonly complete: boolean
  readonly faults: readonly string[]
}

export interface SearchOptions extends ModelOptions {
  /** Stops, incomplete, beyond so many states. */
  readonly mostStates: number
}

/** Looks at every state that four members, one of whom may lie and the others crash, can come to; stops at the first fault. */
export async function search(options: SearchOptions): Promise<SearchReport> {
  const explorer = createExplorer(options)
  const seen = new Set([explorer.first.join()])
  const open: State[] = [explorer.first]
  let transitions = 0
  for (let at = 0; at < open.length && seen.size < options.mostStates; at++) {
    for (const { to: next } of await explorer.after(open[at]!)) {
      transitions++
      const key = next.join()
      if (seen.has(key)) continue
      seen.add(key)
      open.push(next)
    }
    open[at] = []
    if (explorer.faults().length > 0) break
  }
  const complete = open.every((one) => one.length === 0)
  return { states: seen.size, transitions, ...explorer.counts(), complete, faults: explorer.faults() }
}

export interface WalkOptions extends ModelOptions {
  readonly walks: number
  readonly seed: number
}

/** A member that could go on leaves or crashes now and then only: else hardly a walk would come to a sum. */
const SELDOM = 0.08
const MOST_STEPS = 200

/** Follows random orders to their ends, in more attempts than can be searched; stops at the first fault. */
export async function wander(options: WalkOptions): Promise<SearchReport> {
  const explorer = createExplorer(options)
  const dice = createDice(options.seed)
  const seen = new Set<string>()
  let transitions = 0
  for (let walk = 0; walk < options.walks && explorer.faults().length === 0; walk++) {
    let state: State = explorer.first
    for (let step = 0; step < MOST_STEPS; step++) {
      const moves = await explorer.after(state)
      const likely = moves.filter((one) => one.by === 'going-on' || dice.chance(SELDOM))
      if (moves.length === 0) break
      transitions++
      state = dice.pick(likely.length > 0 ? likely : moves).to
      seen.add(state.join())
    }
  }
  return { states: seen.size, transitions, ...explorer.counts(), complete: false, faults: explorer.faults() }
}
