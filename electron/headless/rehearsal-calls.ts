import type { GateHandlers } from '#contract/gate.ts'
import type { rehearsalCalls } from '#contract/rehearsal.ts'
import { AppError } from '#domain/errors.ts'
import type { Rehearsal } from './rehearsal/rehearsal.ts'

export type RehearsalCall = keyof typeof rehearsalCalls

/** Runs one piece of work at a time. Rejects with 'busy'. */
export type Alone = <T>(work: () => Promise<T>) => Promise<T>

/** Answers the calls around a rehearsal, which begins only where no institution is. */
export function rehearsalHandlers(
  rehearsal: Rehearsal | null,
  alone: Alone,
  isTaken: () => boolean,
): Pick<GateHandlers, RehearsalCall> {
  function here(): Rehearsal {
    if (!rehearsal) throw new AppError('not-available', 'Sample hospitals cannot be started here')
    return rehearsal
  }
  return {
    'rehearsal.get': () => rehearsal?.view() ?? null,
    'rehearsal.begin': () =>
      alone(async () => {
        if (isTaken()) throw new AppError('home-exists', 'A rehearsal begins where no institution is')
        await here().begin()
        return null
      }),
    'rehearsal.table': () => here().table(),
    'rehearsal.dropOut': ({ name }) => {
      here().dropOut(name)
      return null
    },
    'rehearsal.comeBack': ({ name }) => {
      here().comeBack(name)
      return null
    },
    'rehearsal.lie': ({ name, lying }) => {
      here().lie(name, lying)
      return null
    },
    'rehearsal.end': () =>
      alone(async () => {
        await here().end()
        return null
      }),
  }
}
