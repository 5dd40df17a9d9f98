import type { InstitutionId } from '#domain/values.ts'
import type { Clock } from '../ports.ts'

/** Whoever takes the seat must show the code within this time, or another may take it. */
const PROVE_MS = 10_000
/** After a meeting the connection stays so long for the two to be admitted for good. */
const LINGER_MS = 3000

export interface SeatPorts {
  readonly clock: Clock
  /** Closes all connections to one that is not known by now. */
  readonly dismiss: (id: InstitutionId) => void
}

/** The one place for somebody whom we do not know: empty, offered to the first who comes, or kept for one. */
export function createSeat({ clock, dismiss }: SeatPorts) {
  let offered = false
  let taken: InstitutionId | null = null
  let cancel = () => {}

  function free(id: InstitutionId): void {
    if (taken !== id) return
    cancel()
    cancel = clock.after(LINGER_MS, () => {
      if (taken !== id) return
      taken = null
      dismiss(id)
    })
  }

  return {
    /** Asked by the gate: true for the one who has the seat, or takes it now. */
    admits(id: InstitutionId): boolean {
      if (taken === null && offered) {
        taken = id
        cancel = clock.after(PROVE_MS, () => {
          if (taken === id) taken = null
          dismiss(id)
        })
      }
      return taken === id
    },
    /** A window was opened: the first who comes may sit down. */
    offer: () => void (offered = true),
    withdraw: () => void (offered = false),
    /** We go to this one ourselves. */
    expect(id: InstitutionId): void {
      cancel()
      taken = id
    },
    /** It has shown the code: it may stay while people compare words. */
    keep(id: InstitutionId): void {
      offered = false
      if (taken === id) cancel()
    },
    free,
    stop: () => cancel(),
  }
}
