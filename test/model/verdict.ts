import { canonical } from '#domain/canonical.ts'
import type { Document } from '#domain/documents.ts'
import { quorumOf } from '#domain/study.ts'
import { memberIds, ofKind } from '#network/rounds/record.ts'
import { contextOf } from '#network/rounds/situation.ts'
import type { Setting } from './setting.ts'
import type { Numbers, Table } from './table.ts'

/** What is wrong with all that the honest members have signed, whatever the liar adds to it. Empty when nothing is. */
export function createVerdict(setting: Setting, table: Table) {
  const { study, ids, options } = setting
  const liar = options.liar === null ? null : ids[options.liar]!

  /** Rosters whose sum the liar, or everybody, can open: all their honest members have committed and revealed. */
  function opened(documents: readonly Document[], rosters: readonly Document[]): string[][] {
    const [commitments, reveals] = [ofKind(documents, 'commitment'), ofKind(documents, 'reveal')]
    const signed = (
      list: readonly Document<{ kind: never; ctx: string } & Document['body']>[],
      id: string,
      ctx: string,
    ) => list.some((one) => one.author === id && one.body.ctx === ctx)
    return ofKind(rosters, 'roster').flatMap((roster) => {
      const honest = [...memberIds(roster)].filter((id) => id !== liar)
      const ctx = contextOf(roster.body)
      const open =
        honest.length > 0 &&
        honest.every((id) => signed(commitments as never, id, ctx) && signed(reveals as never, id, ctx))
      return open ? [honest] : []
    })
  }

  function isolated(documents: readonly Document[], rosters: readonly Document[]): string[] {
    const sums = [...new Map(opened(documents, rosters).map((ids) => [ids.join(), ids])).values()]
    return sums.flatMap((a, i) =>
      sums
        .slice(i + 1)
        .flatMap((b) =>
          a.some((id) => b.includes(id)) ? [`two sums over other members: ${names(a)} and ${names(b)}`] : [],
        ),
    )
  }

  /** Outcomes that a quorum has certified in one attempt, the liar's signature always given. */
  function decided(documents: readonly Document[]): string[] {
    const tally = Map.groupBy(
      ofKind(documents, 'certificate'),
      ({ body }) => `${body.attempt} ${canonical(body.outcome)}`,
    )
    const outcomes = [...tally.values()].flatMap((list) => {
      const count = new Set(list.map((one) => one.author)).size + (liar === null ? 0 : 1)
      return count >= quorumOf(study.body) ? [canonical(list[0]!.body.outcome)] : []
    })
    return new Set(outcomes).size > 1
      ? [`two certificates for one round: ${[...new Set(outcomes)].join(' and ')}`]
      : []
  }

  const names = (list: readonly string[]) => list.map((id) => 'ABCD'[ids.indexOf(id)]).join('')
  return (honest: Numbers, liars: Numbers): string[] => {
    const documents = honest.map(table.document)
    return [...isolated(documents, [...documents, ...liars.map(table.document)]), ...decided(documents)]
  }
}
