import { cpSync, rmSync } from 'node:fs'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { aDraft, aTable, decide, takePart } from './chest-pain.ts'
import { closeAll, importText, openHospital, pair, until, type Hospital } from './hospital.ts'
import { aMapping } from './a-study.ts'

afterEach(closeAll)

const homeOf = ({ folder }: Hospital) => path.join(folder, 'home.db')

/** Keeps the home aside while nobody writes to it. */
const backUp = (one: Hospital) => one.restart(async () => cpSync(homeOf(one), `${homeOf(one)}.backup`))

/** Puts the home that was kept aside in its place, as a person does after a crash; `meanwhile` it is gone. */
const restore = (one: Hospital, meanwhile: () => Promise<unknown> = async () => {}) =>
  one.restart(async () => {
    for (const file of ['-wal', '-shm', '']) rmSync(homeOf(one) + file, { force: true })
    cpSync(`${homeOf(one)}.backup`, homeOf(one))
    await meanwhile()
  })

async function propose(hospitals: readonly Hospital[], name: string): Promise<string> {
  const members = await Promise.all(
    hospitals.map(async (one) => {
      const { id, name: called } = await one.call('institution.get', null)
      return { id, name: called }
    }),
  )
  const { id } = await hospitals[0]!.call('studies.propose', aDraft(members, { name }))
  for (const one of hospitals) await knows(one, id)
  return id
}

const knows = (one: Hospital, id: string) =>
  until(
    () => one.call('studies.list', null),
    (list) => list.some((study) => study.id === id),
  )

const finished = (one: Hospital, id: string) =>
  until(
    () => one.call('studies.get', { id }),
    (study) => study.state === 'finished',
    90_000,
  )

const troubleOf = async (one: Hospital, id: string) => {
  const rounds = await one.call('rounds.list', { study: id, from: 1, limit: 5 })
  return rounds.map((round) => round.trouble).find((trouble) => trouble !== null) ?? null
}

test('a home restored from a backup adds to no sum until the data of its later sums are here again', async () => {
  const hospitals = await Promise.all(['Aue', 'Buch', 'Calw'].map((name) => openHospital(name)))
  for (const [i, a] of hospitals.entries()) for (const b of hospitals.slice(i + 1)) await pair(a, b)
  const [first, second, last] = hospitals as [Hospital, Hospital, Hospital]
  await backUp(last)

  // After the backup: a study whose sums have patients of the last hospital in them.
  const before = await propose(hospitals, 'Before the crash')
  for (const [i, one] of hospitals.entries()) await takePart(one, before, 40 + i)
  for (const one of hospitals) await decide(one, before, 'approve')
  for (const one of hospitals) await finished(one, before)

  await restore(last)
  await knows(last, before)
  const after = await propose(hospitals, 'After the crash')
  // Everywhere other patients, but for the last: there one has come since.
  for (const [i, one] of [first, second].entries()) await takePart(one, after, 50 + i)
  await takePart(last, after, 42, 121)
  for (const one of hospitals) await decide(one, after, 'approve')
  const trouble = await until(
    () => troubleOf(last, after),
    (seen) => seen !== null,
    40_000,
  )
  expect(trouble).toBe('home-restored')
  expect(await last.call('restored.get', null)).toMatchObject({
    silent: [],
    lost: [{ study: before, name: 'Before the crash' }],
  })
  const [round] = await first.call('rounds.list', { study: after, from: 1, limit: 1 })
  expect(round?.outcome).toBeNull()
  const entries = await last.call('audit.list', { from: 1, limit: 200 })
  expect(entries.map((one) => one.action)).toContain('own-document-came-back')
  expect(second.log.join()).not.toContain('home-restored')

  // The same table under the same mapping: now the ledger knows who was in those sums.
  const dataset = await importText(last, 'patients', aTable(42))
  await last.call('mappings.save', { study: before, dataset: dataset.id, mapping: aMapping() })
  await finished(last, after)
  const { findings } = await last.call('mappings.get', { study: after })
  expect(findings.map((one) => one.code)).toContain('rows-waiting')
}, 180_000)
