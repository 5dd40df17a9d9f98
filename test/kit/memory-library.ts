import { hashBytes } from '#domain/canonical.ts'
import { type Document, roundOf, studyOf } from '#domain/documents.ts'
import type { Study } from '#domain/study.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import type { Library, Shelf } from '#network/ports.ts'

/** A library in memory, for tests of what lies above it. */
export function createMemoryLibrary(): Library {
  const all = new Map<Hash, Document>()
  const isStudy = (document: Document | undefined): document is Document<Study> =>
    document?.body.kind === 'study'
  return {
    studies: () => [...all.values()].filter(isStudy).map((one) => one.id),
    study(id) {
      const found = all.get(id)
      return isStudy(found) ? found : null
    },
    ids: (study) =>
      [...all.values()]
        .filter((one) => studyOf(one) === study)
        .map((one) => one.id)
        .toSorted(),
    get: (id) => all.get(id) ?? null,
    ofRound: (study, round) =>
      [...all.values()].filter((one) => studyOf(one) === study && roundOf(one.body) === round),
    bytesBy(study) {
      const sums = new Map<InstitutionId, number>()
      for (const one of all.values()) {
        if (studyOf(one) !== study) continue
        sums.set(one.author, (sums.get(one.author) ?? 0) + JSON.stringify(one.body).length + 200)
      }
      return sums
    },
    add(document) {
      if (all.has(document.id)) return false
      all.set(document.id, document)
      return true
    },
  }
}

/** A shelf in memory. */
export function createMemoryShelf(): Shelf {
  const blobs = new Map<Hash, Uint8Array>()
  const studies = new Set<string>()
  const shelf: Shelf = {
    has: (hash, study) => blobs.has(hash) && studies.has(`${study}/${hash}`),
    get: (hash) => blobs.get(hash) ?? null,
    put(bytes, _keep, study) {
      const hash = hashBytes(bytes)
      blobs.set(hash, Uint8Array.from(bytes))
      studies.add(`${study}/${hash}`)
      return hash
    },
    putAll: (all, keep, study) => all.forEach((bytes) => shelf.put(bytes, keep, study)),
  }
  return shelf
}
