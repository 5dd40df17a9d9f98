import type { RoundView } from '#contract/views.ts'
import { canonical } from '#domain/canonical.ts'
import type { Member } from './member.ts'

const PAGE = 100
const RECENT = 20

/** How a fault ended for the round in which it happened; `held`: the others waited for the one, since any sum without it would show it. */
export type RoundEnding = 'exact' | 'repeated' | 'void' | 'held'

/** What members say of a study's rounds, asked through the contract. */
export function createLooking(members: readonly Member[], study: string) {
  const roundsFrom = (member: Member, from: number): Promise<RoundView[]> =>
    member.call('rounds.list', { study, from: Math.max(1, from), limit: PAGE })

  async function viewOf(member: Member, round: number): Promise<RoundView | null> {
    return (await member.call('rounds.list', { study, from: round, limit: 1 })).at(0) ?? null
  }

  /** The round that a member is in. */
  async function latest(member: Member): Promise<number> {
    return (await member.call('studies.get', { id: study })).round
  }

  return {
    latest,
    isDecided: async (member: Member, round: number) => Boolean((await viewOf(member, round))?.outcome),
    /** All these members were in a sum just now, and know it. */
    async isSteady(all: readonly Member[]): Promise<boolean> {
      const round = await latest(all[0]!)
      const views = await Promise.all(all.map((one) => roundsFrom(one, round - 1)))
      return views.every((own) => own.some((one) => isSumOf(one, all.length)))
    },
    /** A member knows a sum from this round on that it is part of. */
    async isInSumFrom(member: Member, id: string, round: number): Promise<boolean> {
      const own = await roundsFrom(member, round)
      return own.some(
        (one) => one.outcome?.result === 'sum' && one.members.some((m) => m.id === id && m.state === 'in'),
      )
    },
    /** Whether a member says that its round may add up nothing without this one. */
    async needs(member: Member, id: string): Promise<boolean> {
      const view = await viewOf(member, await latest(member))
      return view?.needs?.ids.some((one) => one === id) ?? false
    },
    /** A member's latest rounds as it shows them, for whoever looks for the cause of trouble: ids and counts. */
    async recent(member: Member): Promise<readonly RoundView[]> {
      return roundsFrom(member, (await latest(member)) - RECENT)
    },
    async endingOf(member: Member, round: number): Promise<RoundEnding> {
      const view = await viewOf(member, round)
      if (view?.outcome?.result !== 'sum') return 'void'
      return view.attempt === 0 ? 'exact' : 'repeated'
    },
    /** All members have come to the same in every round from this on; throws where two differ. */
    async compare(from: number): Promise<void> {
      const views = await Promise.all(members.map((one) => roundsFrom(one, from)))
      const seen = new Map<number, string>()
      for (const { round, outcome } of views.flat()) {
        if (!outcome) continue
        // The attempt may differ: one that confirms an earlier one comes to the same.
        const result = canonical(outcome)
        const known = seen.get(round) ?? result
        if (known !== result) throw new Error(`WRONG: in round ${round} there is ${known} and ${result}`)
        seen.set(round, result)
      }
    },
  }
}

function isSumOf({ outcome, members }: RoundView, count: number): boolean {
  return outcome?.result === 'sum' && members.filter((one) => one.state === 'in').length === count
}
