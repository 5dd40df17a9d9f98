import { roundOf, slotOf, studyOf, type Document } from '#domain/documents.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import type { Library } from '../ports.ts'
import { sizeOf } from './batch.ts'

/** What one author may have stored here for one round, so that no member can fill the others' disks. */
const ROUND_LIMIT = { documents: 1000, bytes: 1024 * 1024 }
/** The same for the study as a whole: consents, withdrawals, notes. */
const STUDY_LIMIT = { documents: 1000, bytes: 4 * 1024 * 1024 }
/** Documents kept of one slot: the first, and enough others to prove that its author signed twice. */
const SLOT_LIMIT = 3
/** Rounds whose accounts are kept in memory. */
const OPEN_ACCOUNTS = 512

interface Account {
  readonly ids: Set<Hash>
  readonly slots: Map<string, Hash[]>
  readonly used: Map<InstitutionId, { documents: number; bytes: number }>
}

/** Counts what each author has stored in each round, and finds who signed twice where once is allowed. */
export function createLedger(library: Library) {
  const accounts = new Map<string, Account>()

  function accountOf(study: Hash, round: number): Account {
    const key = keyOf(study, round)
    const known = accounts.get(key)
    if (known) return known
    const fresh: Account = { ids: new Set(), slots: new Map(), used: new Map() }
    for (const document of library.ofRound(study, round)) enter(fresh, document)
    const [oldest] = accounts.keys()
    if (accounts.size >= OPEN_ACCOUNTS && oldest !== undefined) accounts.delete(oldest)
    accounts.set(key, fresh)
    return fresh
  }

  return {
    /** False when the author has used up what it may store there. */
    hasRoom(document: Document): boolean {
      const round = roundOf(document.body)
      const { used, slots } = accountOf(studyOf(document), round)
      const limit = round === 0 ? STUDY_LIMIT : ROUND_LIMIT
      const own = used.get(document.author) ?? { documents: 0, bytes: 0 }
      const slot = slotOf(document)
      if (slot !== null && (slots.get(slot)?.length ?? 0) >= SLOT_LIMIT) return false
      return own.documents < limit.documents && own.bytes + sizeOf(document) <= limit.bytes
    },
    /** Enters a stored document. Returns another one of the same slot, if its author has signed there before. */
    enter(document: Document): Document | null {
      const other = enter(accountOf(studyOf(document), roundOf(document.body)), document)
      return other === null ? null : library.get(other)
    },
    /** What was entered of a round was not stored after all: its account is read anew. */
    forget: (document: Document): void =>
      void accounts.delete(keyOf(studyOf(document), roundOf(document.body))),
  }
}

const keyOf = (study: Hash, round: number) => `${study}/${round}`

export type Ledger = ReturnType<typeof createLedger>

function enter({ ids, slots, used }: Account, document: Document): Hash | null {
  const slot = slotOf(document)
  const before = slot === null ? [] : (slots.get(slot) ?? [])
  const other = before.find((id) => id !== document.id) ?? null
  if (ids.has(document.id)) return other
  ids.add(document.id)
  if (slot !== null) slots.set(slot, [...before, document.id])
  const own = used.get(document.author) ?? { documents: 0, bytes: 0 }
  used.set(document.author, { documents: own.documents + 1, bytes: own.bytes + sizeOf(document) })
  return other
}
