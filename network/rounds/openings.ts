import type { GuardedSum } from '#domain/guarded-sum.ts'
import type { Document, Ready, Roster, RosterMember } from '#domain/documents.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import type { Ledger, Library } from '../ports.ts'
import type { MaybeOpened, Tokens } from './guard.ts'
import { attemptOf, memberIds, type RoundRecord } from './record.ts'

const known = new WeakMap<RoundRecord, Map<InstitutionId, readonly MaybeOpened[]>>()

/** The sums of a round that a member opened its mask for: by what others hold of it, these may have been opened. Found once for each record. */
export function openedBy(record: RoundRecord, member: InstitutionId): readonly MaybeOpened[] {
  const here = known.get(record) ?? new Map<InstitutionId, readonly MaybeOpened[]>()
  known.set(record, here)
  const found = here.get(member) ?? findOpened(record, member)
  here.set(member, found)
  return found
}

function findOpened(record: RoundRecord, member: InstitutionId): MaybeOpened[] {
  return [...record.attempts].flatMap(([attempt, { every }]) =>
    every.rosters.flatMap((roster) => {
      const isIn = memberIds(roster).has(member)
      const hasOpened = every.reveals.some((one) => one.author === member)
      return isIn && hasOpened ? [openingOf(record, attempt, roster)] : []
    }),
  )
}

function openingOf(record: RoundRecord, attempt: number, roster: Document<Roster>): MaybeOpened {
  const { action } = roster.body
  const members = action.do === 'sum' ? action.members : []
  return { members: inputsOf(record, members), closed: (id) => staysClosed(record, attempt, id) }
}

/** What these members said that their numbers depend on. */
export function inputsOf(
  record: RoundRecord,
  members: readonly Pick<RosterMember, 'id' | 'ready'>[],
): Map<InstitutionId, Tokens> {
  const inputs = ({ id, ready }: Pick<RosterMember, 'id' | 'ready'>) =>
    record.readies.get(id)?.find((one) => one.id === ready)?.body.inputs ?? []
  return new Map(members.map((one) => [one.id, inputs(one)]))
}

/** Whether a member left an attempt, or a later one, in writing without ever having opened its mask. */
export function staysClosed(record: RoundRecord, attempt: number, id: InstitutionId): boolean {
  if (attemptOf(record, attempt).every.reveals.some((one) => one.author === id)) return false
  return record.abandons.some(
    ({ author, body }) => author === id && body.attempt >= attempt && !body.revealed,
  )
}

/** Our own sums of the ledger that may have been opened, whatever study they were of. */
export function createOpenings({
  library,
  ledger,
  me,
  recordOf,
}: {
  readonly library: Pick<Library, 'get'>
  readonly ledger: Ledger
  readonly me: InstitutionId
  /** What was signed in a round of a study. */
  readonly recordOf: (study: Hash, round: number) => RoundRecord
}) {
  const readies = new Map<string, ReadonlyMap<InstitutionId, Tokens>>()

  function membersOf(sum: GuardedSum): ReadonlyMap<InstitutionId, Tokens> {
    const key = `${sum.study}/${sum.round}/${sum.attempt}`
    const known = readies.get(key)
    if (known) return known
    // One that we do not hold any more is no input that anybody can repeat.
    const inputs = ({ ready }: { ready: string }) =>
      (library.get(ready) as Document<Ready> | null)?.body.inputs ?? []
    const found = new Map([...sum.members.map((one) => [one.id, inputs(one)] as const), [me, sum.inputs]])
    readies.set(key, found)
    return found
  }

  return (inputs: Tokens): MaybeOpened[] =>
    ledger.withInputs(inputs).flatMap((sum) => {
      const record = recordOf(sum.study, sum.round)
      // We left it in writing, and had erased our mask by then: nobody can ever open it.
      if (staysClosed(record, sum.attempt, me)) return []
      return [{ members: membersOf(sum), closed: (id) => staysClosed(record, sum.attempt, id) }]
    })
}
