import type { StudyDraft } from '#contract/calls.ts'
import type { Plan } from '#domain/plan.ts'
import type { Member } from '#domain/study.ts'
import { aStudy } from './a-study.ts'
import { aDraft, aTable, decide, takeTable } from './chest-pain.ts'
import { openHospital, pair, until, type Hospital } from './hospital.ts'
import { createTap, type Tap } from './tap.ts'

/** Another table in place of that of a hospital (by its place). */
type Alter = (table: string, place: number) => string

/** Hospitals that know each other, in the order of their ids as in the rota, each with a tap on its trainer. */
export interface Together {
  readonly hospitals: readonly Hospital[]
  readonly members: readonly Member[]
  readonly taps: readonly Tap[]
  /** Proposes a study by the first; all map their tables of so many rows and approve. Returns its id. */
  begin(changes: Partial<StudyDraft>, rows?: number, alter?: Alter): Promise<string>
}

export async function openTogether(names: readonly string[]): Promise<Together> {
  const opened = await Promise.all(
    names.map(async (name) => {
      const tap = createTap()
      const hospital = await openHospital(name, () => 0, undefined, tap.start)
      const { id } = await hospital.call('institution.get', null)
      return { hospital, tap, member: { id, name } }
    }),
  )
  opened.sort((a, b) => (a.member.id < b.member.id ? -1 : 1))
  const hospitals = opened.map((one) => one.hospital)
  const members = opened.map((one) => one.member)
  for (const [i, a] of hospitals.entries()) for (const b of hospitals.slice(i + 1)) await pair(a, b)
  async function begin(changes: Partial<StudyDraft>, rows = 160, alter: Alter = (table) => table) {
    const { id } = await hospitals[0]!.call('studies.propose', aDraft(members, changes))
    for (const [i, one] of hospitals.entries()) {
      await until(
        () => one.call('studies.list', null),
        (list) => list.some((study) => study.id === id),
        60_000,
      )
      await takeTable(one, id, alter(aTable(30 + i, rows), i))
      await decide(one, id, 'approve')
    }
    return id
  }
  return { hospitals, members, taps: opened.map((one) => one.tap), begin }
}

/** The sample plan with changes. */
export function plan(changes: Partial<Plan>, local: Partial<Plan['local']> = {}): Plan {
  const base = aStudy().plan
  return { ...base, ...changes, local: { ...base.local, ...local } }
}

/** Waits until a study is finished at all of these. */
export async function finish(hospitals: readonly Hospital[], study: string, ms = 60_000): Promise<void> {
  for (const one of hospitals)
    await until(
      () => one.call('studies.get', { id: study }),
      ({ state }) => state === 'finished',
      ms,
    )
}
