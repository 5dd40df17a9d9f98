import { AppError } from '#domain/errors.ts'
import type { Hash } from '#domain/values.ts'
import { appendAudit } from '#store/audit.ts'
import { setHold } from '#store/participations.ts'
import type { Ports } from './ports.ts'
import type { Troubles } from './troubles.ts'

type RefusalPorts = Pick<Ports, 'db' | 'clock' | 'announce' | 'name'> & {
  /** Notes why an act of a round failed here. */
  readonly troubles: Pick<Troubles, 'failed'>
  /** Holds a study's rounds here: to the others we are away from then on. */
  readonly pause: (study: Hash) => void
}

/**
 * Hears of every act of a round that failed here. Where our trainer refused the shared model, our part in the study ends until
 * a person decides: nothing of it is sent, the others see a member that is away, and it does not come about again by itself.
 */
export function createRefusals({ db, clock, announce, name, troubles, pause }: RefusalPorts) {
  return (study: Hash, act: string, error: unknown, lacks?: Hash): void => {
    troubles.failed(study, act, error, lacks)
    if (act !== 'compute' || !(error instanceof AppError) || error.code !== 'model-refused') return
    db.together(() => {
      setHold(db, study, 'model-refused')
      const entry = { actor: name, action: 'model-refused', object: study, outcome: 'held' }
      appendAudit(db, { time: clock.now(), ...entry })
    })
    pause(study)
    announce({ event: 'studies.changed', study })
    announce({ event: 'audit.changed' })
  }
}
