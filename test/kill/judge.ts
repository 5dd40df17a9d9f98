import { type Document, slotOf } from '#domain/documents.ts'
import { quorumOf, type Study } from '#domain/study.ts'
import { canonical } from '#domain/canonical.ts'
import { filesOf, unlockHome } from '#headless/home.ts'
import { decisionOf } from '#network/rounds/decision.ts'
import { attemptOf, memberIds, readRecord, type RoundRecord } from '#network/rounds/record.ts'
import { verifyAudit } from '#store/audit.ts'
import { findDamage, openDatabase } from '#store/database.ts'
import { createLibrary } from '#store/library.ts'
import type { Member } from './member.ts'

/**
 * Judges a federation whose processes have ended by what stands in their databases, all documents of all members taken
 * together. Returns what is wrong: two results certified for one round, an update in two opened sums, members that
 * disagree, a damaged database or audit log.
 */
export async function judge(members: readonly Pick<Member, 'name' | 'home' | 'passphrase'>[], id: string) {
  const faults: string[] = []
  const documents = new Map<string, Document>()
  const results = new Map<string, string>()
  for (const { name, home, passphrase } of members) {
    const { databaseKey } = await unlockHome(home, passphrase)
    const db = openDatabase(filesOf(home).database, databaseKey)
    try {
      faults.push(...findDamage(db).map((what) => `${name}: ${what}`))
      if ('brokenAt' in verifyAudit(db)) faults.push(`${name}: its audit log is broken`)
      const library = createLibrary(db)
      const own = library.ids(id).flatMap((one) => library.get(one) ?? [])
      for (const one of own) documents.set(one.id, one)
      for (const [round, result] of resultsOf(own, id)) {
        const known = results.get(round) ?? result
        if (known !== result) faults.push(`${name} decided round ${round} differently`)
        results.set(round, known)
      }
    } finally {
      db.close()
    }
  }
  faults.push(...faultsIn(studyIn(documents.values(), id), [...documents.values()]))
  return { faults, rounds: results.size }
}

/** What is wrong with all that honest members have signed in a study. */
export function faultsIn(study: Study, documents: readonly Document[]): string[] {
  const slots = Map.groupBy(documents, slotOf)
  slots.delete(null)
  const doubled = [...slots].filter(([, list]) => list.length > 1)
  return [
    ...doubled.map(([slot]) => `two different documents are signed in ${slot}`),
    ...[...roundsOf(documents)].flatMap(([round, record]) => roundFaults(study, round, record)),
  ]
}

function studyIn(documents: Iterable<Document>, id: string): Study {
  for (const one of documents) if (one.id === id && one.body.kind === 'study') return one.body
  throw new Error('Nobody holds the study')
}

function roundsOf(documents: Iterable<Document>): Map<number, RoundRecord> {
  const groups = Map.groupBy(documents, ({ body }) => ('round' in body ? body.round : 0))
  groups.delete(0)
  return new Map([...groups].map(([round, list]) => [round, readRecord(list)]))
}

/** What each round came to by the documents that one member holds. */
function* resultsOf(documents: readonly Document[], id: string): Generator<[string, string]> {
  const study = studyIn(documents, id)
  for (const [round, record] of roundsOf(documents)) {
    const decision = decisionOf(study, record)
    if (decision) yield [String(round), canonical(decision.outcome)]
  }
}

function roundFaults(study: Study, round: number, record: RoundRecord): string[] {
  const faults: string[] = []
  const certified = new Set<string>()
  for (const { certificates } of record.attempts.values()) {
    const outcomes = [...certificates.values()].map((one) => canonical(one.body.outcome))
    for (const outcome of new Set(outcomes)) {
      if (outcomes.filter((one) => one === outcome).length >= quorumOf(study)) certified.add(outcome)
    }
  }
  if (certified.size > 1) faults.push(`round ${round} has ${certified.size} certified results`)
  for (const author of openedTwice(record))
    faults.push(`an update of ${author} was opened twice in round ${round}`)
  return faults
}

/** Authors whose update may be known from the difference of two sums. */
function openedTwice(record: RoundRecord): string[] {
  const isTraining = [...record.readies.values()].flat().some((one) => one.body.roundKind === 'training')
  if (isTraining) return twice([...record.attempts.values()].flatMap((one) => [...one.reveals.keys()]))
  // The same numbers each time: only two sums over different members differ by somebody's.
  const opened = [...record.attempts].flatMap(([attempt, { rosters }]) =>
    rosters
      .map(memberIds)
      .filter((ids) => ids.size > 0 && [...ids].every((id) => attemptOf(record, attempt).reveals.has(id)))
      .map((ids) => [...ids].toSorted()),
  )
  const different = new Map(opened.map((ids) => [ids.join(), ids]))
  return twice([...different.values()].flat())
}

function twice(authors: readonly string[]): string[] {
  return authors.filter((one, i) => authors.indexOf(one) !== i)
}
