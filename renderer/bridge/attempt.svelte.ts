import type { ErrorCode } from '#domain/errors.ts'
import { codeOf } from './live.svelte.ts'

/** What a person sets going with a button: whether it is under way, and why it last failed. */
export function createAttempt() {
  let busy = $state(false)
  let error = $state<ErrorCode | null>(null)

  return {
    get busy() {
      return busy
    },
    get error() {
      return error
    },
    /** Does it. Never rejects: false where it failed, and then `error` says why. */
    async at(act: () => Promise<unknown>): Promise<boolean> {
      busy = true
      error = null
      try {
        await act()
        return true
      } catch (reason) {
        error = codeOf(reason)
        return false
      } finally {
        busy = false
      }
    },
  }
}

export type Attempt = ReturnType<typeof createAttempt>
