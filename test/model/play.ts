import type { Consent, Withdrawal } from '#domain/consent.ts'
import type { Body, Document } from '#domain/documents.ts'
import type { Hash } from '#domain/values.ts'
import { signDocument } from '#network/identity/documents.ts'
import type { GuardedSum } from '#domain/guarded-sum.ts'
import { ofKind } from '#network/rounds/record.ts'
import { createMember, type Local } from './member.ts'
import { createSetting, type ModelOptions } from './setting.ts'
import { createTable } from './table.ts'

/** After every deadline. */
export const LATE = 1e12

/** A round of four members that a test plays act by act with the real modules; what a liar signs, the test writes. */
export function openPlay(
  kind: ModelOptions['kind'] = 'training',
  confirmed: (member: number, id: string, ids: readonly string[]) => boolean = () => true,
) {
  const made = createSetting({ kind, liar: null, crashes: false, lastAttempt: 1000 })
  const general = [...made.general]
  const setting = { ...made, general }
  const table = createTable(setting.ids)
  const ledgers = setting.ids.map((): GuardedSum[] => [])
  const act = createMember(setting, table, new Map<Hash, Uint8Array>(), {
    confirmed: (member, id) => confirmed(member, id, setting.ids),
    ledger: (member) => ledgers[member]!,
  })
  const signed = [setting.proposal, ...setting.readies].map(table.number)
  const locals = setting.ids.map((_, member): Local => ({
    member,
    docs: [],
    secrets: null,
    opened: [],
    broken: [],
  }))

  const documents = (): Document[] => signed.map(table.document)

  /** One member's next act with all that was signed, but for what it has not heard of: the kind of what it signs, or the act. */
  async function does(member: number, { but = () => false, at = 0 }: Hearing = {}): Promise<string | null> {
    const heard = signed.filter((one) => table.meta(one).author === member || !but(table.document(one)))
    const step = await act(locals[member]!, heard, at)
    if (!step) return null
    locals[member] = step.after
    if (step.published) signed.push(table.number(step.published))
    return step.published?.body.kind ?? step.act
  }

  return {
    ...{ setting, documents, does, place: { study: setting.study.id, round: setting.round } },
    /** What a member's ledger says, and what it comes to say. */
    ledger: (member: number) => ledgers[member]!,
    /** Whether a member's process has keys of an attempt in its memory. */
    holdsKeys: (member: number) => locals[member]!.secrets !== null,
    /** Each of these members takes one act. */
    async all(members: readonly number[], hearing?: Hearing): Promise<(string | null)[]> {
      const acts: (string | null)[] = []
      for (const one of members) acts.push(await does(one, hearing))
      return acts
    },
    /** A liar signs what it likes. */
    sign(member: number, body: Body): Document {
      const number = table.sign(setting.signers[member]!, JSON.stringify(body), () => body)
      if (!signed.includes(number)) signed.push(number)
      return table.document(number)
    },
    /** A member answers the study anew or takes its answer back: everybody has it at once. */
    answer(member: number, body: Consent | Withdrawal): Document {
      const document = signDocument(setting.signers[member]!, body)
      general.push(document)
      return document
    },
    /** The approval that a member has given before the round. */
    approval(member: number) {
      const author = setting.ids[member]
      const found = ofKind(setting.general, 'consent').find((one) => one.author === author)
      if (!found) throw new Error(`${member} has given none`)
      return found
    },
    /** What a member signed last of a kind. */
    last<K extends Body['kind']>(kind: K, member: number) {
      const found = documents().findLast(
        (one) => one.body.kind === kind && one.author === setting.ids[member],
      )
      if (!found) throw new Error(`${member} has signed no ${kind}`)
      return found as Document<Extract<Body, { kind: K }>> // safe: the filter compares the kind
    },
  }
}

export interface Hearing {
  /** What has not reached the member yet. */
  readonly but?: (document: Document) => boolean
  /** The moment of its clock. */
  readonly at?: number
}
