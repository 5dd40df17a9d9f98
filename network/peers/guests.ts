import { MAX_MEMBERS } from '#domain/study.ts'
import type { InstitutionId } from '#domain/values.ts'
import type { Clock } from '../ports.ts'

/** Who comes to a roll call must show the code within this time, or its place goes to another. */
const PROVE_MS = 5000
/** So many at once may have a place before they have shown the code. */
const UNPROVEN = 16
/** After a roll call connections stay so long for those who confirmed each other to be admitted for good. */
const LINGER_MS = 3000

export interface GuestsPorts {
  readonly clock: Clock
  /** Closes all connections to one that is not known by now. */
  readonly dismiss: (id: InstitutionId) => void
}

/** Places for those whom we do not know while a roll call is open: a few for whoever comes, the others for who showed the code. */
export function createGuests({ clock, dismiss }: GuestsPorts) {
  let isOpen = false
  /** Those who have a place, each with what ends a wait for it. */
  const unproven = new Map<InstitutionId, () => void>()
  const kept = new Map<InstitutionId, () => void>()

  function forget(id: InstitutionId): void {
    unproven.get(id)?.()
    kept.get(id)?.()
    unproven.delete(id)
    kept.delete(id)
  }

  function send(id: InstitutionId): void {
    forget(id)
    dismiss(id)
  }

  function free(id: InstitutionId): void {
    if (!kept.has(id)) return send(id)
    kept.get(id)?.()
    kept.set(
      id,
      clock.after(LINGER_MS, () => send(id)),
    )
  }

  return {
    /** Asked by the gate: true for one that has a place, or takes one now. */
    admits(id: InstitutionId): boolean {
      if (kept.has(id) || unproven.has(id)) return true
      if (!isOpen || unproven.size >= UNPROVEN || kept.size >= MAX_MEMBERS) return false
      unproven.set(
        id,
        clock.after(PROVE_MS, () => send(id)),
      )
      return true
    },
    offer: () => void (isOpen = true),
    withdraw: () => void (isOpen = false),
    /** It has shown the code, or we go to it ourselves: it stays until it is freed. */
    keep(id: InstitutionId): void {
      forget(id)
      kept.set(id, () => {})
    },
    /** It may go, a little later where it had shown the code. */
    free,
    /** The roll call is over: all may go. */
    clear(): void {
      isOpen = false
      for (const id of [...unproven.keys(), ...kept.keys()]) free(id)
    },
    /** Nobody has a place any more, and nothing is waited for. */
    stop(): void {
      isOpen = false
      for (const id of [...unproven.keys(), ...kept.keys()]) forget(id)
    },
  }
}

export type Guests = ReturnType<typeof createGuests>
