import { untrack } from 'svelte'
import type { CallName, EngineEvent, Input, Output } from '#contract/calls.ts'
import { AppError, type ErrorCode } from '#domain/errors.ts'
import type { Engine } from './engine.svelte.ts'

/** What a call answered last. While `value` is undefined and there is no error, it is still being asked. */
export interface Live<T> {
  readonly value: T | undefined
  readonly error: ErrorCode | null
  /** Asks again now. */
  refresh(): void
}

/** The code of anything that was thrown. */
export function codeOf(error: unknown): ErrorCode {
  return error instanceof AppError ? error.code : 'internal'
}

/** The same question is asked at most this often when events come in bursts. */
const PAUSE_MS = 150

/**
 * Keeps the answer to a call fresh: asks when the input changes, when one of the events comes and when the engine is back.
 * An input of undefined asks nothing. To be created while a component starts.
 */
export function live<N extends CallName>(
  engine: Engine,
  name: N,
  input: () => Input<N> | undefined,
  touchedBy: readonly EngineEvent['event'][] = [],
): Live<Output<N>> {
  let value = $state.raw<Output<N>>()
  let error = $state.raw<ErrorCode | null>(null)
  let turn = $state(0)
  let asked = ''
  let pending: ReturnType<typeof setTimeout> | undefined

  $effect(() => {
    const question = input()
    void turn
    if (engine.epoch === 0 || engine.link !== 'open' || question === undefined) return
    untrack(() => {
      const key = JSON.stringify(question)
      if (key !== asked) value = undefined
      asked = key
    })
    let stale = false
    const settle = (then: () => void) => {
      if (!stale) then()
    }
    engine.call(name, question).then(
      (answer) =>
        settle(() => {
          value = answer
          error = null
        }),
      (reason: unknown) => settle(() => (error = codeOf(reason))),
    )
    return () => {
      stale = true
    }
  })

  $effect(() => {
    const stop = engine.on((event) => {
      if (!touchedBy.includes(event.event) || pending !== undefined) return
      pending = setTimeout(() => {
        pending = undefined
        turn += 1
      }, PAUSE_MS)
    })
    return () => {
      stop()
      clearTimeout(pending)
    }
  })

  return {
    get value() {
      return value
    },
    get error() {
      return error
    },
    refresh: () => void (turn += 1),
  }
}
