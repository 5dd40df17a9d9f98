import type { StudyDraft } from '#contract/calls.ts'
import { aDraft, decide, takePart } from '../../engine/chest-pain.ts'
import { closeAll, until, type Hospital } from '../../engine/hospital.ts'
import { openTogether } from '../../engine/together.ts'
import type { Attack } from '../attack.ts'

const WAIT_MS = 60_000
/** All patients, and two cohorts that come to all of them. */
const WHOLE = [0, 120] as const
const HALVES = [
  [0, 55],
  [55.5, 120],
] as const

/** Sums of all patients of four hospitals, and of two cohorts of three of them: the difference of their screens is the fourth. */
export const attack: Attack = {
  row: 4,
  about:
    'two studies without a member, of cohorts that come to all patients: its rows are the difference of three screens',
  async run() {
    try {
      return await readDifference()
    } finally {
      await closeAll()
    }
  },
}

async function readDifference() {
  const { hospitals, members } = await openTogether(['Aue', 'Buch', 'Calw', 'Victim'])
  const [reader, , , victim] = hospitals as [Hospital, Hospital, Hospital, Hospital]
  const draft = (count: number, [low, high]: readonly [number, number]): StudyDraft => {
    const { variables, rules, ...rest } = aDraft(members.slice(0, count))
    const [age] = variables.filter(({ name }) => name === 'age')
    if (age?.type !== 'number') throw new Error('The sample study reads ages')
    const only = { ...age, low, high, outside: 'missing', missing: 'exclude' } as const
    const changed = variables.map((one) => (one === age ? only : one))
    return { ...rest, variables: changed, rules: { ...rules, lastRound: 12 } }
  }
  const { id: whole } = await reader.call('studies.propose', draft(4, WHOLE))
  for (const [i, one] of hospitals.entries()) await join(one, whole, () => takePart(one, whole, 10 + i, 160))
  const all = await rowsIn(reader, whole)
  if (all === null) throw new Error('The first study has statistics')
  const { trainRows } = await victim.call('mappings.get', { study: whole })
  const parts: number[] = []
  for (const half of HALVES) {
    const { id } = await reader.call('studies.propose', draft(3, half))
    for (const one of hospitals.slice(0, 3)) {
      const { mapping, dataset } = await one.call('mappings.get', { study: whole })
      if (!mapping || !dataset) throw new Error('They had mapped the first study')
      await join(one, id, () => one.call('mappings.save', { study: id, dataset, mapping }))
    }
    const rows = await rowsIn(reader, id)
    if (rows === null)
      return { got: `a sum of ${parts.length} of two cohorts, and the other refused`, failed: false }
    parts.push(rows)
  }
  const left = all - parts.reduce((sum, one) => sum + one, 0)
  return {
    got: `three screens whose rows come to ${left} of the victim's ${trainRows}`,
    failed: left === trainRows,
  }
}

async function join(one: Hospital, study: string, map: () => Promise<unknown>) {
  await until(
    () => one.call('studies.list', null),
    (list) => list.some(({ id }) => id === study),
    WAIT_MS,
  )
  await map()
  // Whoever has too few rows left for a sum cannot approve at all.
  await decide(one, study, 'approve').catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'rows-too-few')) throw error
  })
}

/** The rows that a study's statistics are of; null where it ends without, or comes to none. */
async function rowsIn(one: Hospital, study: string): Promise<number | null> {
  const seen = await until(
    async () => {
      const statistics = await one.call('statistics.get', { study })
      const { state } = await one.call('studies.get', { id: study })
      return { statistics, state }
    },
    ({ statistics, state }) => statistics !== null || state === 'finished',
    WAIT_MS,
  ).catch(() => null)
  return seen?.statistics?.rows ?? null
}
