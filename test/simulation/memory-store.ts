import { roundOf, studyOf, type Document } from '#domain/documents.ts'
import type { Study } from '#domain/study.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import { sha256 } from '#network/hash.ts'
import type { GuardedSum } from '#domain/guarded-sum.ts'
import type { Journal, JournalEntry, Ledger, Library, Shelf } from '#network/ports.ts'

/**
 * Library, journal, shelf and ledger of one simulated hospital. It survives the hospital's crashes, as a database does.
 * Hospitals that share `pool` keep equal bytes once: so many members' contributions fit into the memory of one process.
 */
export function createMemoryStore(pool: Map<Hash, Uint8Array> | null = null) {
  const documents = new Map<Hash, Document>()
  const rounds = new Map<string, Document[]>()
  const entries: JournalEntry[] = []
  const blobs = new Map<Hash, Uint8Array>()
  const studies = new Set<string>()

  const library: Library = {
    studies: () => [...documents.values()].filter((one) => one.body.kind === 'study').map((one) => one.id),
    study(id) {
      const found = documents.get(id)
      // Safe: the kind is compared in the same expression.
      return found?.body.kind === 'study' ? (found as Document<Study>) : null
    },
    ids: (study) =>
      [...documents.values()]
        .filter((one) => studyOf(one) === study)
        .map((one) => one.id)
        .toSorted(),
    get: (id) => documents.get(id) ?? null,
    ofRound: (study, round) => rounds.get(`${study}/${round}`) ?? [],
    bytesBy(study) {
      const sums = new Map<InstitutionId, number>()
      for (const one of documents.values()) {
        if (studyOf(one) !== study) continue
        sums.set(one.author, (sums.get(one.author) ?? 0) + JSON.stringify(one.body).length + 200)
      }
      return sums
    },
    add(document) {
      if (documents.has(document.id)) return false
      documents.set(document.id, document)
      const key = `${studyOf(document)}/${roundOf(document.body)}`
      rounds.set(key, [...(rounds.get(key) ?? []), document])
      return true
    },
  }
  const journal: Journal = {
    read: (study, round) => entries.filter((one) => one.study === study && one.round === round),
    write: (entry) => void entries.push(entry),
    together: (work) => work(),
  }
  const shelf: Shelf = {
    has: (hash, study) => blobs.has(hash) && studies.has(`${study}/${hash}`),
    get: (hash) => blobs.get(hash) ?? null,
    put(bytes, _keep, study) {
      const hash = sha256(bytes)
      const kept = pool?.get(hash) ?? bytes
      pool?.set(hash, kept)
      blobs.set(hash, kept)
      studies.add(`${study}/${hash}`)
      return hash
    },
    putAll: (all, keep, study) => all.forEach((bytes) => shelf.put(bytes, keep, study)),
  }
  const sums: GuardedSum[] = []
  const ledger: Ledger = {
    withInputs: (inputs) => sums.filter((one) => one.inputs.some((input) => inputs.includes(input))),
    add: (sum) => void sums.push(sum),
  }
  return { library, journal, shelf, ledger, documents, entries, blobs }
}
