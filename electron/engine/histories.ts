import type { Decided } from '#domain/round.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import type { Journal, Library } from '#network/ports.ts'
import { replay, rosterOf } from '#network/rounds/history.ts'
import { memberIds } from '#network/rounds/record.ts'

/** A decided round with whose contributions are in its sum; none for a void one. */
export interface Past extends Decided {
  readonly members: readonly InstitutionId[]
}

/** The decided rounds of every study, replayed once from documents and journal, then kept up to date. */
export interface Histories {
  of(study: Hash): readonly Past[]
  /** Takes a round in that was decided now. */
  add(study: Hash, past: Past): void
}

/** Keeps histories in memory: they are derived, and made again at every start. */
export function createHistories(library: Library, journal: Journal): Histories {
  const known = new Map<Hash, readonly Past[]>()

  function read(id: Hash): readonly Past[] {
    const study = library.study(id)
    if (!study) return []
    return replay(library, journal, study).decided.map((decided) => {
      const roster = rosterOf(library, decided)
      return { ...decided, members: roster ? [...memberIds(roster)] : [] }
    })
  }

  function of(study: Hash): readonly Past[] {
    const found = known.get(study) ?? read(study)
    known.set(study, found)
    return found
  }

  return {
    of,
    add(study, past) {
      const before = of(study)
      if (before.length < past.round) known.set(study, [...before, past])
    },
  }
}

/** The artefact of the latest sum of a kind, or null. */
export function latestArtefact(history: readonly Past[], kind: Decided['kind']): Hash | null {
  const found = history.findLast((one) => one.kind === kind && one.outcome.result === 'sum')
  return found?.outcome.result === 'sum' ? found.outcome.artefact : null
}
