import type { EarlierSet, kinAmong } from '#engine/row-families.ts'
import { guardFault, type MaybeOpened } from '#network/rounds/guard.ts'
import { kernel } from './fewest.ts'
import { draws } from './row-table.ts'

/** Which patients of each member were in a sum. */
export type Summed = ReadonlyMap<string, ReadonlySet<number>>

/** The product's rule, or a weaker one. */
export type KinRule = typeof kinAmong

const FEWEST = 3
const MEMBERS = ['a', 'b', 'c', 'd', 'e']

interface Patient {
  readonly key: number
  readonly age: number
  readonly group: number
}

/**
 * A random history of statistics of cohorts among changing members, whose patients come and go: cohorts that hold each other, that come
 * to each other, and that differ in a few. Returns the sums that every member of them let happen.
 */
export function cohortHistory(seed: number, rule: KinRule): Summed[] {
  const draw = draws(seed)
  let next = 1
  const patients = new Map(
    MEMBERS.map((id) => [id, Array.from({ length: 60 + draw(60) }, () => aPatient(id))]),
  )
  const sets = new Map(MEMBERS.map((id) => [id, [] as EarlierSet[]]))
  const opened: MaybeOpened[] = []
  const sums: Summed[] = []

  function aPatient(id: string): Patient {
    // A third group, which not everybody has.
    return { key: next++, age: draw(80), group: draw(id < 'c' ? 2 : 3) }
  }

  function aCohort(): (one: Patient) => boolean {
    const [kind, at] = [draw(5), 10 * draw(8)]
    if (kind === 0) return () => true
    if (kind < 3) return ({ group }) => group === kind - 1
    return kind === 3 ? ({ age }) => age >= at : ({ age }) => age < at
  }

  /** The rows of a member by its own ledger; null where they may be in no sum. */
  function fix(id: string, cohort: (one: Patient) => boolean) {
    const keys = Float64Array.from(patients.get(id)!.filter(cohort), ({ key }) => key).toSorted()
    const before = sets.get(id)!
    const kin = keys.length < 5 ? null : rule(before, () => keys)
    if (!kin) return null
    const name = kin.same ?? `${id} ${before.length}`
    const family = kin.family ?? name
    before.push({ rowSet: before.length, patients: name, family, level: 'patient', keys })
    return { keys, tokens: [family, `just ${name}`] }
  }

  function step(): void {
    const cohort = aCohort()
    const able = MEMBERS.filter(() => draw(8) > 0).flatMap((id) => {
      const found = fix(id, cohort)
      return found ? [{ id, ...found }] : []
    })
    const now = new Map(able.map(({ id, tokens }) => [id, tokens]))
    const isFree = able.every(({ id }) => {
      const earlier = opened.filter(({ members }) => members.has(id))
      return guardFault(id, earlier, now) === null
    })
    if (able.length < FEWEST || !isFree) return
    opened.push({ members: now, closed: () => false })
    sums.push(new Map(able.map(({ id, keys }) => [id, new Set(keys)])))
  }

  for (let i = 0; i < 9; i++) {
    if (draw(4) === 0) {
      const id = MEMBERS[draw(MEMBERS.length)]!
      const fresh = Array.from({ length: draw(2) * 20 }, () => aPatient(id))
      patients.set(id, [...patients.get(id)!.slice(draw(2) * 20), ...fresh])
    }
    step()
  }
  return sums
}

/** The fewest members that a rational combination of these sums rests on, where those are fewer than a sum must have; else null. */
export function fewestMembers(sums: readonly Summed[]): number | null {
  const columns = MEMBERS.map((id) => {
    const all = new Set(sums.flatMap((sum) => [...(sum.get(id) ?? [])]))
    return [
      ...new Set([...all].map((key) => sums.map((sum) => Number(sum.get(id)?.has(key) ?? false)).join())),
    ]
  })
  const vectors = columns.map((some) => some.map((one) => one.split(',').map(BigInt)))
  for (const some of subsets(MEMBERS.length).filter((one) => one.length < FEWEST)) {
    const zeros = vectors.filter((_, i) => !some.includes(i)).flat()
    const own = some.flatMap((i) => vectors[i]!)
    const found = kernel(zeros, sums.length).some((one) =>
      own.some((column) => column.reduce((sum, entry, i) => sum + entry * one[i]!, 0n) !== 0n),
    )
    if (found) return some.length
  }
  return null
}

/** All subsets that hold anything, the smallest first. */
function subsets(size: number): number[][] {
  const all = Array.from({ length: 2 ** size - 1 }, (_, bits) =>
    Array.from({ length: size }, (__, i) => i).filter((i) => ((bits + 1) >> i) & 1),
  )
  return all.toSorted((a, b) => a.length - b.length)
}
