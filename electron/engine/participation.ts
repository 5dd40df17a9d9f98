import type { StudyView } from '#contract/views.ts'
import { AppError } from '#domain/errors.ts'
import type { Hash } from '#domain/values.ts'
import type { Rounds } from '#network/rounds/runner.ts'
import { appendAudit } from '#store/audit.ts'
import { setHold } from '#store/participations.ts'
import type { Ports } from './ports.ts'

/** What a person's part in a study is taken and given up with. */
export interface Taking extends Ports {
  readonly rounds: Pick<Rounds, 'watch' | 'pause' | 'resume'>
  /** Takes our approval back. Throws 'consent-missing' where none is in force. */
  readonly withdraw: (input: { study: Hash; reason: string }) => null
}

/** Our part in a study: held for now, gone on with, or given up. `get` throws 'not-found'. */
export function createParticipation(ports: Taking, get: (input: { id: Hash }) => StudyView) {
  const { db, clock, announce, rounds } = ports

  function refuseEnded(id: Hash): void {
    if (get({ id }).state === 'finished') throw new AppError('study-ended', 'The study is at its end')
  }

  function note(object: Hash, action: string): void {
    appendAudit(db, { time: clock.now(), actor: ports.name, action, object, outcome: 'done' })
  }

  function setPause(id: Hash, paused: boolean): StudyView {
    refuseEnded(id)
    db.together(() => {
      setHold(db, id, paused ? 'person' : null)
      note(id, paused ? 'study-paused' : 'study-resumed')
    })
    if (paused) rounds.pause(id)
    else rounds.resume(id)
    announce({ event: 'studies.changed', study: id })
    return get({ id })
  }

  /** Takes our approval back: we are in no further sum. What was sent stays in the sums that it is part of. */
  function leave({ study: id, reason }: { study: Hash; reason: string }): StudyView {
    refuseEnded(id)
    ports.withdraw({ study: id, reason })
    note(id, 'study-left')
    announce({ event: 'audit.changed' })
    return get({ id })
  }

  return {
    leave,
    pause: ({ id }: { id: Hash }) => setPause(id, true),
    resume: ({ id }: { id: Hash }) => setPause(id, false),
  }
}
