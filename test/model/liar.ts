import { base64urlnopad } from '@scure/base'
import { canonical, hashBytes, hashOf } from '#domain/canonical.ts'
import type { Abandon, Action, Document, Roster } from '#domain/documents.ts'
import type { Outcome } from '#domain/round.ts'
import { planHash } from '#domain/study.ts'
import type { Hash } from '#domain/values.ts'
import { contextOf, leaderOf } from '#network/rounds/situation.ts'
import { QUORUM } from './bundles.ts'
import { choices, oneOfEach, profileOf, subsets } from './choices.ts'
import { BOUND, datasetOf, LENGTH, type Setting } from './setting.ts'
import type { Numbers, Table } from './table.ts'
import { memberIds } from '#network/rounds/record.ts'

/** Two different contributions, of which the liar shows one to some and the other to others. */
const VARIANTS = [1, 2]
const made: Outcome = {
  result: 'sum',
  roster: hashOf('r'),
  ctx: hashOf('c'),
  sum: hashOf('s'),
  artefact: hashOf('a'),
}

/**
 * Everything that a lying member may sign in a round, given what the honest ones have signed. It may show each document to
 * whom it likes and when it likes, several to a place included; so it needs no state of its own.
 */
export function createLiar(setting: Setting, table: Table, blobs: Map<Hash, Uint8Array>) {
  const { study, round, options, ids, signers } = setting
  if (options.liar === null) return () => []
  const me = signers[options.liar]!
  const place = { study: study.id, round }
  const attempts = Array.from({ length: options.lastAttempt + 1 }, (_, i) => i)
  const parts = new Map<number, Numbers>()

  return (honest: Numbers): Numbers => {
    const outcomes = outcomesIn(honest)
    const abandons = attempts.flatMap((attempt) => outcomes.flatMap((one) => promises(attempt, one)))
    const promised = [
      ...new Set([...honest.filter((one) => table.meta(one).kind === 'abandon'), ...abandons]),
    ]
    const rosters = attempts.flatMap((attempt) => rostersOf(attempt, promised, outcomes))
    const known = [...honest.filter((one) => table.meta(one).kind === 'roster'), ...rosters]
    const certificates = attempts.flatMap((attempt) => outcomes.map((one) => certificate(attempt, one)))
    const reveals = known.flatMap((one) => revealsFor(table.document(one) as Document<Roster>, honest))
    return [...new Set([...abandons, ...rosters, ...known.flatMap(takePart), ...reveals, ...certificates])]
  }

  /** Outcomes that anybody has signed, a void, and one that the liar makes up. */
  function outcomesIn(honest: Numbers): Outcome[] {
    const signed = honest.filter((one) => table.meta(one).kind === 'certificate')
    const refs = new Set(signed.map((one) => table.meta(one).ref))
    return [{ result: 'void' }, made, ...[...refs].map((ref) => JSON.parse(ref) as Outcome)] // written by `canonical`
  }

  function promises(attempt: number, outcome: Outcome): number[] {
    const bodies: Pick<Abandon, 'revealed' | 'certified'>[] = [
      { revealed: false, certified: null },
      { revealed: true, certified: null },
      { revealed: false, certified: { attempt, outcome } },
    ]
    return bodies.map((one) =>
      table.sign(me, `abandon ${attempt} ${canonical(one)}`, () => ({
        kind: 'abandon',
        ...place,
        attempt,
        ...one,
        missing: [],
      })),
    )
  }

  /** Rosters of the liar's own turns: every choice of members, promises and actions. */
  function rostersOf(attempt: number, promised: Numbers, outcomes: readonly Outcome[]): number[] {
    if (leaderOf({ study, lastRoster: setting.history.lastRoster, round }, attempt) !== me.id) return []
    const useful = promised
      .filter((one) => table.meta(one).attempt >= attempt - 1)
      .map((one) => table.document(one) as Document<Abandon>)
    const groups =
      attempt === 0
        ? [[]]
        : oneOfEach(
            choices(
              Map.groupBy(useful, (one) => one.author),
              QUORUM,
            ),
            profileOf,
          )
    return groups.flatMap((because) =>
      actionsFor(attempt, because, outcomes).map((action) => {
        const named = because.map((one) => one.id).toSorted()
        return table.sign(me, `roster ${attempt} ${named.join()} ${canonical(action)}`, (): Roster => ({
          ...{ kind: 'roster', ...place, attempt, version: study.body.version, roundKind: setting.kind },
          ...{ base: setting.base, planHash: planHash(study.body), action, because: named },
        }))
      }),
    )
  }

  function actionsFor(attempt: number, because: readonly Document[], outcomes: readonly Outcome[]): Action[] {
    const able = attempt === 0 ? ids : ids.filter((id) => because.some((one) => one.author === id))
    const sums = subsets(able, 3).map((list) => sumOf(list))
    if (attempt === 0) return sums
    const confirm = outcomes
      .filter((one) => one.result === 'sum')
      .map((outcome): Action => ({ do: 'confirm', outcome }))
    return [...sums, { do: 'void' }, ...confirm]
  }

  function sumOf(list: readonly string[]): Action {
    const members = ids.flatMap((id, i) => {
      const ready = setting.readies[i]!
      return list.includes(id) ? [{ id, ready: ready.id, weight: ready.body.weight }] : []
    })
    return { do: 'sum', members, absent: [], length: LENGTH, bound: BOUND }
  }

  /** Acceptance, both commitments and the reveals that go with them. */
  function takePart(at: number): Numbers {
    const known = parts.get(at)
    if (known) return known
    const roster = table.document(at) as Document<Roster>
    const ctx = contextOf(roster.body)
    const head = { ...place, attempt: roster.body.attempt, ctx }
    const secret = (name: string) => Uint8Array.from(Buffer.from(hashOf([ctx, name]), 'hex'))
    const key = base64urlnopad.encode(secret('key'))
    const signed = [
      table.sign(me, `acceptance ${roster.id}`, () => ({
        kind: 'acceptance',
        ...head,
        roster: roster.id,
        key,
      })),
    ]
    if (memberIds(roster).has(me.id)) {
      const mask = secret('mask')
      signed.push(...VARIANTS.map((variant) => commitment(head, mask, variant)))
    }
    parts.set(at, signed)
    return signed
  }

  /** Reveals to whatever honest members may have seen. */
  function revealsFor(roster: Document<Roster>, honest: Numbers): number[] {
    if (!memberIds(roster).has(me.id)) return []
    const ctx = contextOf(roster.body)
    const attempt = roster.body.attempt
    const mask = base64urlnopad.encode(Uint8Array.from(Buffer.from(hashOf([ctx, 'mask']), 'hex')))
    const seen = honest.flatMap((one) => {
      const { body } = table.document(one)
      return body.kind === 'reveal' && body.ctx === ctx ? [body.seen] : []
    })
    return [...new Set(seen)].map((one) =>
      table.sign(me, `reveal ${ctx} ${one}`, () => ({
        kind: 'reveal',
        ...place,
        attempt,
        ctx,
        seen: one,
        mask,
      })),
    )
  }

  function commitment(
    head: { study: Hash; round: number; attempt: number; ctx: Hash },
    mask: Uint8Array,
    variant: number,
  ) {
    const bytes = new Uint8Array(8 * LENGTH).fill(variant)
    const contribution = hashBytes(bytes)
    blobs.set(contribution, bytes)
    const body = { ...head, dataset: datasetOf(options.liar!), contribution, mask: hashBytes(mask) }
    return table.sign(me, `commitment ${head.ctx} ${variant}`, () => ({ kind: 'commitment', ...body }))
  }

  function certificate(attempt: number, outcome: Outcome): number {
    const body = { ...place, attempt, outcome, auditHead: hashOf('liar'), auditLength: 1 }
    return table.sign(me, `certificate ${attempt} ${canonical(outcome)}`, () => ({
      kind: 'certificate',
      ...body,
    }))
  }
}
