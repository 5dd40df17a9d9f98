import type { Peer } from '#domain/invitation.ts'
import type { InstitutionId } from '#domain/values.ts'
import type { Hello } from '../protocols/hello.ts'
import type { LinkTrouble } from './link-trouble.ts'

const MAX_ADDRESSES = 16
const nothingYet = { lastSeen: null, skewMs: null, trouble: null }

/** How another institution stands to us now. */
export interface PeerState {
  readonly id: InstitutionId
  /** As it names itself; before its first hello, as its invitation did. */
  readonly name: string
  /** Where it was last known to listen, the latest first. */
  readonly addresses: readonly string[]
  /** True once it answered our own hello, while the connection lasts. */
  readonly connected: boolean
  /** Wall time of the last sign of life, null when there was none. */
  readonly lastSeen: number | null
  /** Its clock minus ours in milliseconds, null before its first hello. */
  readonly skewMs: number | null
  /** Why it is not connected, as our last attempt saw it; null while it is, and before the first. */
  readonly trouble: LinkTrouble | null
}

/** The states of all institutions that we look after. `onPeer` hears of every change. */
export function createBook(now: () => number, onPeer: (state: PeerState) => void) {
  const states = new Map<InstitutionId, PeerState>()

  function change(id: InstitutionId, part: Partial<PeerState>): void {
    const state = states.get(id)
    if (!state) return
    const next = { ...state, ...part }
    states.set(id, next)
    onPeer(next)
  }

  return {
    change,
    ids: () => [...states.keys()],
    get: (id: InstitutionId) => states.get(id) ?? null,
    add({ id, name, addresses }: Peer) {
      states.set(id, { id, name, addresses, connected: false, ...nothingYet })
    },
    remove(id: InstitutionId) {
      const state = states.get(id)
      states.delete(id)
      if (state?.connected) onPeer({ ...state, connected: false })
    },
    /** Remembers why an institution is not connected; nobody hears the same twice. */
    fail(id: InstitutionId, trouble: LinkTrouble) {
      const state = states.get(id)
      if (!state || state.connected || JSON.stringify(state.trouble) === JSON.stringify(trouble)) return
      change(id, { trouble })
    },
    /** Puts addresses first, before those known already. */
    addAddresses(id: InstitutionId, addresses: readonly string[]) {
      const all = [...new Set([...addresses, ...(states.get(id)?.addresses ?? [])])]
      change(id, { addresses: all.slice(0, MAX_ADDRESSES) })
    },
    /** Remembers what an institution says of itself. */
    learn(id: InstitutionId, { name, addresses }: Hello) {
      const state = states.get(id)
      if (!state) return
      const all = [...new Set([...addresses, ...state.addresses])].slice(0, MAX_ADDRESSES)
      change(id, { name: name || state.name, addresses: all, lastSeen: now() })
    },
  }
}

export type Book = ReturnType<typeof createBook>
