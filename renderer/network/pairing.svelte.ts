import type { CallName, Input } from '#contract/calls.ts'
import type { PairingView } from '#contract/pairing.ts'
import type { ErrorCode } from '#domain/errors.ts'
import { codeOf, live } from '../bridge/live.svelte.ts'
import type { Place } from '../frame/place.ts'

/** The pairing under way, and what a person does about it. To be created while a component starts. */
export function pairingOf(place: Place) {
  const state = live(place.engine, 'pairing.get', () => null, ['pairing.changed', 'peers.changed'])
  let error = $state<ErrorCode | null>(null)
  let busy = $state(false)

  async function act<N extends Extract<CallName, `pairing.${string}`>>(name: N, input: Input<N>) {
    error = null
    busy = true
    try {
      await place.engine.call(name, input)
    } catch (reason) {
      error = codeOf(reason)
    } finally {
      busy = false
      state.refresh()
    }
  }

  return {
    get view(): PairingView | null {
      return state.value ?? null
    },
    get error() {
      return error
    },
    get busy() {
      return busy
    },
    invite: () => act('pairing.invite', null),
    join: (code: string) => act('pairing.join', { code }),
    confirm: () => act('pairing.confirm', null),
    refuse: () => act('pairing.refuse', null),
  }
}
export type Pairing = ReturnType<typeof pairingOf>
