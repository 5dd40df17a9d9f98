import type { CallName, Input } from '#contract/calls.ts'
import type { RollCallView } from '#contract/roll-call.ts'
import { createAttempt } from '../bridge/attempt.svelte.ts'
import { live } from '../bridge/live.svelte.ts'
import type { Place } from '../frame/place.ts'

/** The roll call under way, and what a person does about it. To be created while a component starts. */
export function rollCallOf(place: Place) {
  const state = live(place.engine, 'rollCall.get', () => null, ['roll-call.changed', 'peers.changed'])
  const attempt = createAttempt()

  async function act<N extends Extract<CallName, `rollCall.${string}`>>(name: N, input: Input<N>) {
    await attempt.at(() => place.engine.call(name, input))
    state.refresh()
  }

  return {
    get view(): RollCallView | null {
      return state.value ?? null
    },
    get error() {
      return attempt.error
    },
    get busy() {
      return attempt.busy
    },
    open: (study: string | null) => act('rollCall.open', { study }),
    join: (code: string) => act('rollCall.join', { code }),
    begin: () => act('rollCall.begin', null),
    confirm: (ids: string[]) => act('rollCall.confirm', { ids }),
    differ: () => act('rollCall.differ', null),
    leave: () => act('rollCall.leave', null),
  }
}
export type RollCall = ReturnType<typeof rollCallOf>
