import { cpSync, renameSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hashOf } from '#domain/canonical.ts'
import type { ImportEdits } from '#domain/importing.ts'
import { createRestored } from '#engine/restored.ts'
import { realClock } from '#kit/real-clock.ts'
import { makeInvitation } from '#network/identity/invitation.ts'
import type { Database } from '#store/database.ts'
import { addDocument, createLibrary } from '#store/library.ts'
import { startApart } from '#store/rows-apart.ts'
import { identityOf } from '../kit/signed-log.ts'
import { atHome } from '../headless/at-home.ts'
import { makeHome } from '../store/home.ts'
import { aMapping } from './a-study.ts'
import { aDraft, decide } from './chest-pain.ts'
import { closeAll, importText, openHospital, type Hospital } from './hospital.ts'

afterEach(closeAll)

const decidedBy = { name: 'Dr. Berger', role: 'Governance', authenticated: 'passphrase' } as const
const HASHED: ImportEdits = [{ column: 'mrn', action: 'hash' }]

/** Patients with these numbers, each with its own values. */
function aTable(from: number, to: number, named = true): string {
  const lines = Array.from({ length: to - from }, (_, i) => {
    const n = from + i
    const row = [30 + ((n * 7) % 50), n % 2, 1 + (n % 4), n % 3 === 0 ? 1 : 0]
    return [...(named ? [`P-${10_000 + n}`] : []), ...row].join(',')
  })
  return [`${named ? 'mrn,' : ''}age,sex,cp,num`, ...lines, ''].join('\n')
}

/** A hospital in a study with two members that never answer. */
async function openAlone(): Promise<{ hospital: Hospital; study: string }> {
  const hospital = await openHospital('Calw')
  const { id, name } = await hospital.call('institution.get', null)
  const gone = [1, 2].map((seed) => ({ id: identityOf(seed).id, name: `Gone ${seed}` }))
  const random = (bytes: number) => new Uint8Array(bytes).fill(7)
  for (const [i, one] of gone.entries()) {
    const said = { name: one.name, addresses: [], now: Date.now(), random }
    await hospital.call('peers.confirm', { code: makeInvitation(identityOf(i + 1), said) })
  }
  const proposed = await hospital.call('studies.propose', aDraft([{ id, name }, ...gone]))
  return { hospital, study: proposed.id }
}

const map = (hospital: Hospital, study: string, dataset: string) =>
  hospital.call('mappings.save', { study, dataset, mapping: aMapping() })

const usedOf = async (hospital: Hospital, study: string) => {
  const { trainRows, testRows, findings } = await hospital.call('mappings.get', { study })
  return { rows: trainRows + testRows, codes: findings.map(({ code }) => code) }
}

const copied = (hospital: Hospital) =>
  hospital.restart(async () => {
    const home = path.join(hospital.folder, 'home.db')
    renameSync(home, `${home}.before`)
    cpSync(`${home}.before`, home)
  })

test('a restored home whose members are gone goes on with patients who come later, and with nobody else', async () => {
  const { hospital, study } = await openAlone()
  const first = await importText(hospital, 'registry', aTable(0, 120), null, HASHED)
  await map(hospital, study, first.id)
  expect((await usedOf(hospital, study)).rows).toBe(120)
  expect(await hospital.call('restored.get', null)).toBeNull()
  const whole = { tables: 1, rows: 120, decidedBy }
  await expect(hospital.call('restored.setApart', whole)).rejects.toMatchObject({ code: 'not-available' })

  await copied(hospital)
  expect(await hospital.call('restored.get', null)).toEqual({
    ...{ tables: 1, rows: 120, lost: [] },
    silent: [{ study, name: 'Risk after chest pain', heard: 0, needed: 1 }],
  })
  const fewer = { ...whole, rows: 119 }
  await expect(hospital.call('restored.setApart', fewer)).rejects.toMatchObject({ code: 'text-changed' })
  await hospital.call('restored.setApart', whole)
  expect(await hospital.call('restored.get', null)).toBeNull()
  expect(await usedOf(hospital, study)).toMatchObject({
    rows: 0,
    codes: expect.arrayContaining(['rows-apart']),
  })
  await hospital.restart()
  expect((await usedOf(hospital, study)).rows).toBe(0)
  const entries = await hospital.call('audit.list', { from: 1, limit: 100 })
  expect(entries).toContainEqual(
    expect.objectContaining({ action: 'rows-set-apart', actor: 'Dr. Berger', outcome: '120 rows' }),
  )

  // The first table since then may hold what was lost: whoever is new in it may have been in a lost sum.
  const again = (to: number, from = 0) => importText(hospital, 'registry', aTable(from, to), first.id, HASHED)
  await again(200)
  expect((await usedOf(hospital, study)).rows).toBe(0)
  await again(280)
  expect((await usedOf(hospital, study)).rows).toBe(80)
  // A table that is new and goes again leaves its patients behind, and one that names nobody is not used at all.
  const other = await importText(hospital, 'ward', aTable(280, 340), null, HASHED)
  await hospital.call('datasets.remove', { id: other.id })
  await again(420)
  expect((await usedOf(hospital, study)).rows).toBe(160)
  const unnamed = await importText(hospital, 'unnamed', aTable(500, 600, false))
  await importText(hospital, 'unnamed', aTable(500, 700, false), unnamed.id)
  const ofNobody = { study, dataset: unnamed.id, mapping: aMapping() }
  expect(await hospital.call('mappings.check', ofNobody)).toMatchObject({ trainRows: 0, testRows: 0 })
}, 60_000)

test('rows that do not say of which patient they are stay apart, whatever else the table names', async () => {
  const { hospital, study } = await openAlone()
  const some = await importText(hospital, 'registry', aTable(0, 60), null, HASHED)
  await map(hospital, study, some.id)
  await decide(hospital, study, 'approve')
  await copied(hospital)
  const terminal = await atHome(hospital)
  const apart = ['restored', 'set-apart', '--by', 'Dr. Berger']
  await expect(terminal.run(...apart)).rejects.toMatchObject({ code: 'bad-request' })
  expect(await terminal.run('restored')).toContain('"Risk after chest pain": 0 of 1 members have said')
  expect(await terminal.run(...apart, '--yes')).toContain('60 rows are set apart.')
  expect(await terminal.run('restored')).toContain('adds to sums as usual')
  terminal.close()
  // These rows were fixed before, for an approval that stands.
  expect((await usedOf(hospital, study)).rows).toBe(0)
  await importText(hospital, 'registry', aTable(0, 60), some.id, HASHED)
  const anonymous = aTable(60, 100)
    .replaceAll(/^P-\d+/gm, '')
    .split('\n')
    .slice(1)
    .join('\n')
  await importText(hospital, 'registry', aTable(0, 150) + anonymous, some.id, HASHED)
  expect((await usedOf(hospital, study)).rows).toBe(90)
}, 60_000)

describe('documents of ours that come back after the decision', () => {
  let home: ReturnType<typeof makeHome>
  let db: Database
  beforeEach(() => {
    home = makeHome()
    db = home.open()
  })
  afterEach(() => home.remove())

  const us = identityOf(3)
  const study = hashOf('a study')
  const add = (body: object) => {
    // Safe: what is looked at of them is here.
    const document = { id: hashOf(JSON.stringify(body)), author: us.id, signature: '', body } as never
    addDocument(db, document)
    return document
  }
  const consent = (decidedAt: number, dataset = hashOf('data')) =>
    add({ kind: 'consent', study, decision: 'approve', decidedAt, grant: { dataset } })
  const commitment = () =>
    add({
      ...{ kind: 'commitment', study, round: 1, attempt: 0, ctx: '' },
      ...{ dataset: hashOf('data'), contribution: '', mask: '' },
    })

  function restored() {
    const core = { db, library: createLibrary(db, () => true), signer: us, clock: realClock, log: () => {} }
    const data = { chosen: () => null, fix: () => Promise.resolve(false), unfix: () => {} }
    return createRestored({ ...core, data, waits: () => {} })
  }

  test('are lost sums until it is decided, and made up for where their data were approved before that', () => {
    commitment()
    expect(restored().lost()).toHaveLength(1)
    startApart(db, 5)
    // Whose approval is not here may have been signed at any time.
    expect(restored().lost()).toHaveLength(1)
    consent(6)
    expect(restored().lost()).toHaveLength(1)
    consent(5)
    expect(restored().lost()).toEqual([])
  })

  test('stop this home again where they are younger than the decision, and not where they are older', () => {
    const one = restored()
    startApart(db, 5)
    one.cameBack(consent(4))
    one.cameBack(commitment())
    expect(one.isLost()).toBe(false)
    one.cameBack(consent(6))
    expect(one.isLost()).toBe(true)
    const later = restored()
    later.settle()
    later.cameBack(commitment())
    expect(later.isLost()).toBe(true)
  })
})
