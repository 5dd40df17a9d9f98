import { aDraft, decide, takePart } from '../../engine/chest-pain.ts'
import { closeAll, openHospital, pair, until, type Hospital } from '../../engine/hospital.ts'
import type { Attack } from '../attack.ts'

const WAIT_MS = 60_000

/** A member leaves, the others make the next version without it, and one of them reads two screens. */
export const attack: Attack = {
  row: 4,
  about:
    "a member leaves, the others make a new version: its rows, means and deviations are two screens' difference",
  async run() {
    try {
      return await readDifference()
    } finally {
      await closeAll()
    }
  },
}

async function readDifference() {
  const all = await Promise.all(['Aue', 'Buch', 'Calw', 'Victim'].map((name) => openHospital(name)))
  for (const [i, a] of all.entries()) for (const b of all.slice(i + 1)) await pair(a, b)
  const [reader, , , victim] = all as [Hospital, Hospital, Hospital, Hospital]
  const members = await Promise.all(all.map(memberOf))
  const { rules } = aDraft(members)
  const slow = { rules: { ...rules, lastRound: 12 } }
  const { id: first } = await reader.call('studies.propose', aDraft(members, slow))
  for (const [i, one] of all.entries()) await join(one, first, () => takePart(one, first, 10 + i))
  const before = await rowsIn(reader, first)
  const { trainRows } = await victim.call('mappings.get', { study: first })
  // Unless the study is over by then: whoever made the next version waits for nothing.
  await victim.call('studies.leave', { study: first, reason: 'no longer' }).catch(() => null)
  const others = aDraft(members.slice(0, 3), { ...slow, previous: first })
  const { id: second } = await reader.call('studies.propose', others)
  for (const one of all.slice(0, 3)) {
    const { mapping, dataset } = await one.call('mappings.get', { study: first })
    if (!mapping || !dataset) throw new Error('They had mapped the first version')
    await join(one, second, () => one.call('mappings.save', { study: second, dataset, mapping }))
  }
  const after = await rowsIn(reader, second)
  if (before === null) throw new Error('The first version has statistics')
  if (after === null) return { got: 'the second version ended without a sum of its own', failed: false }
  const failed = before - after === trainRows
  const reused = before === after ? ': the second version goes on from the statistics of the first' : ''
  return { got: `two screens whose rows differ by ${before - after}${reused}`, failed }
}

const memberOf = async (one: Hospital) => {
  const { id, name } = await one.call('institution.get', null)
  return { id, name }
}

async function join(one: Hospital, study: string, map: () => Promise<unknown>) {
  await until(
    () => one.call('studies.list', null),
    (list) => list.some(({ id }) => id === study),
    WAIT_MS,
  )
  await map()
  await decide(one, study, 'approve')
}

/** The rows that a study's statistics are of; null where it ended without. */
async function rowsIn(one: Hospital, study: string): Promise<number | null> {
  const seen = await until(
    async () => {
      const statistics = await one.call('statistics.get', { study })
      return { statistics, state: (await one.call('studies.get', { id: study })).state }
    },
    ({ statistics, state }) => statistics !== null || state === 'finished',
    WAIT_MS,
  )
  return seen.statistics?.rows ?? null
}
