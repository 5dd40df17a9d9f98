import type { MaybeOpened, Tokens } from '#network/rounds/guard.ts'
import type { Dice } from '../../simulation/clock.ts'

/** What an honest member asks before it opens its mask: the product's guard, or one with a fault. */
export type Guard = (
  member: string,
  earlier: readonly MaybeOpened[],
  now: ReadonlyMap<string, Tokens>,
  kind: Kind,
) => string | null

const kinds = ['statistics', 'training', 'evaluation', 'exact'] as const
export type Kind = (typeof kinds)[number]

/** A sum that was tried: whose masks were opened for it, and who said that theirs stay closed. */
interface Attempt {
  readonly kind: Kind
  readonly members: ReadonlyMap<string, Tokens>
  readonly opened: Set<string>
  readonly closed: Set<string>
}

/** A study, or a version of one: who is in it, which rows and variables it reads, and where its model stands. */
interface Study {
  members: string[]
  readonly cohort: number
  variables: number[]
  base: number
}

/** A history of institutions of which some collude, and what these could open. */
export interface History {
  readonly fewest: number
  readonly colluders: ReadonlySet<string>
  /** The sums of which every honest member opened its mask, as the tokens of their members. */
  readonly sums: readonly ReadonlyMap<string, Tokens>[]
}

/**
 * A random history: attempts at sums that colluders lead over whomever they like, members that die at any step, masks that
 * are held back, false words, void rounds, members that leave, versions with other variables and versions that go on without
 * somebody, other studies and cohorts, imports and mappings that change, exact fits beside training. Honest members open
 * their masks where `guard` lets them.
 */
export function makeHistory(dice: Dice, guard: Guard): History {
  const fewest = 3 + dice.below(3)
  const all = Array.from({ length: fewest + dice.below(3) }, (_, i) => `m${i}`)
  const colluders = new Set(all.slice(0, dice.below(fewest - 1)))
  const rows = new Map(all.map((id) => [id, 0]))
  const mappings = new Map(all.map((id) => [id, 0]))
  const studies: Study[] = [{ members: all, cohort: 0, variables: [0], base: 0 }]
  const attempts: Attempt[] = []
  let bases = 0

  function tokensOf(id: string, kind: Kind, { cohort, variables, base }: Study): Tokens {
    const own = `${id} ${rows.get(id)} ${cohort}`
    const read = variables.map((one) => `${own} ${one} ${one === 0 ? mappings.get(id) : ''}`)
    // Sums of an exact fit are over the rows and values of the statistics, under whatever base.
    if (kind === 'statistics' || kind === 'exact') return [own, ...read]
    const from = `${kind} ${base}`
    return [kind === 'training' ? `${own} ${from}` : `${own} ${kind}`, `${read.join()} ${from}`]
  }

  /** Members of an earlier sum but some, or any: colluders choose what serves them. */
  function choose(study: Study): string[] {
    const before = dice.chance(0.6) ? attempts.findLast(() => dice.chance(0.5)) : undefined
    const from = before ? study.members.filter((id) => before.members.has(id)) : study.members
    const some = from.filter(() => dice.chance(0.85))
    return some.length >= fewest ? some : from
  }

  function earlierOf(id: string): MaybeOpened[] {
    const own = attempts.filter((one) => one.opened.has(id))
    // What others said may not have arrived: then they are taken for able to open it.
    return own.map((one) => ({ members: one.members, closed: (other) => one.closed.has(other) }))
  }

  function tryOne(study: Study, kind: Kind) {
    const ids = choose(study)
    if (ids.length < fewest) return
    const members = new Map(ids.map((id) => [id, tokensOf(id, kind, study)]))
    const honest = ids.filter((id) => !colluders.has(id))
    const attempt: Attempt = { kind, members, opened: new Set(), closed: new Set() }
    const isCut = dice.chance(0.5)
    for (const id of honest) openOrClose(id, attempt, isCut)
    for (const id of ids) if (colluders.has(id) && dice.chance(0.6)) attempt.closed.add(id)
    attempts.push(attempt)
    if (!isCut && dice.chance(0.5)) study.base = ++bases
  }

  function openOrClose(id: string, { kind, members, opened, closed }: Attempt, isCut: boolean) {
    const isAble = !isCut || dice.chance(0.6)
    if (isAble && guard(id, earlierOf(id), members, kind) === null) opened.add(id)
    else if (dice.chance(0.7)) closed.add(id)
  }

  /** Who died comes back, and says what it did. */
  function wake() {
    for (const { members, opened, closed } of attempts)
      for (const id of members.keys()) if (!opened.has(id) && dice.chance(0.3)) closed.add(id)
  }

  function change(study: Study) {
    const what = dice.below(8)
    const id = dice.pick(all)
    if (what === 0) rows.set(id, rows.get(id)! + 1)
    if (what === 1) mappings.set(id, mappings.get(id)! + 1)
    if (what === 2) study.variables = [...study.variables, study.variables.length]
    if (what === 3 && study.members.length > fewest) study.members = study.members.filter((one) => one !== id)
    if (what === 4)
      studies.push({ ...study, members: all.filter(() => dice.chance(0.8)), base: dice.below(bases + 1) })
    if (what === 5) studies.push({ ...study, members: all, cohort: study.cohort + 1 })
    // A version that goes on: its statistics and its base are those of the version before, which may go on as well.
    if (what === 7) studies.push({ ...study, members: study.members.filter((one) => one !== id) })
    if (what === 6) study.base = dice.below(bases + 1)
  }

  for (let step = 4 + dice.below(16); step > 0; step--) {
    const study = dice.pick(studies)
    if (dice.chance(0.65)) tryOne(study, dice.pick(kinds))
    else if (dice.chance(0.5)) change(study)
    else wake()
  }
  const sums = attempts.filter(({ members, opened }) =>
    [...members.keys()].every((id) => colluders.has(id) || opened.has(id)),
  )
  return { fewest, colluders, sums: sums.map((one) => one.members) }
}
