import type { CallName, Input } from '#contract/calls.ts'
import type { PairingView } from '#contract/pairing.ts'
import { createAttempt } from '../bridge/attempt.svelte.ts'
import { live } from '../bridge/live.svelte.ts'
import type { Place } from '../frame/place.ts'

/** The pairing under way, and what a person does about it. To be created while a component starts. */
export function pairingOf(place: Place) {
  const state = live(place.engine, 'pairing.get', () => null, ['pairing.changed', 'peers.changed'])
  const attempt = createAttempt()

  async function act<N extends Extract<CallName, `pairing.${string}`>>(name: N, input: Input<N>) {
    await attempt.at(() => place.engine.call(name, input))
    state.refresh()
  }

  return {
    get view(): PairingView | null {
      return state.value ?? null
    },
    get error() {
      return attempt.error
    },
    get busy() {
      return attempt.busy
    },
    invite: () => act('pairing.invite', null),
    join: (code: string) => act('pairing.join', { code }),
    confirm: () => act('pairing.confirm', null),
    differ: () => act('pairing.differ', null),
    refuse: () => act('pairing.refuse', null),
  }
}
export type Pairing = ReturnType<typeof pairingOf>
