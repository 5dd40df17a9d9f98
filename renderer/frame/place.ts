import { getContext, setContext } from 'svelte'
import type { InstitutionView, PeerView, StudyView } from '#contract/views.ts'
import type { Engine } from '../bridge/engine.svelte.ts'
import type { GateState } from '#contract/gate.ts'
import type { Live } from '../bridge/live.svelte.ts'
import type { Imports } from '../importing/imports.svelte.ts'
import type { Route } from './route.ts'

/** What every screen may use: the engine, the time, and what the frame has loaded already. */
export interface Place {
  readonly engine: Engine
  /** Milliseconds since 1970, moving with the clock while the page is open. */
  readonly now: number
  readonly route: Route
  readonly institution: Live<InstitutionView>
  readonly studies: Live<StudyView[]>
  readonly peers: Live<PeerView[]>
  /** Files on their way in; they go on while another screen is open. */
  readonly imports: Imports
  /** The lock in front of the engine; without a value where there is none. */
  readonly gate: Live<GateState>
  /** The study that the address names, else the one chosen last, else the first that is under way. */
  readonly study: StudyView | undefined
  go(hash: string): void
}

const KEY = Symbol('place')

/** Gives a place to all components below this one. */
export function providePlace(place: Place): void {
  setContext(KEY, place)
}

/** The place that this component stands in. */
export function usePlace(): Place {
  return getContext<Place>(KEY)
}
