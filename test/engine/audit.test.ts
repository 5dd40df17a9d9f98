import { afterEach, expect, test } from 'vitest'
import { CHECKPOINT } from '#domain/audit.ts'
import type { Certificate, Document } from '#domain/documents.ts'
import { createOthersLogs } from '#engine/others-logs.ts'
import { createPeerNotes } from '#engine/peer-notes.ts'
import { createCheckpoints } from '#engine/checkpoints.ts'
import { verifyAll } from '#engine/audit-check.ts'
import { isWhole, openDocument, signDocument } from '#network/identity/documents.ts'
import { appendAudit, listAudit } from '#store/audit.ts'
import { createLibrary } from '#store/library.ts'
import { certificateOf, continued, identityOf } from '../kit/signed-log.ts'
import { aStudy } from '../kit/sample-study.ts'
import { aNote } from '../network/hospitals.ts'
import { createSimulatedTime } from '../simulation/clock.ts'
import { makeHome } from '../store/home.ts'
import { aDraft } from './chest-pain.ts'
import { closeAll } from './hospital.ts'
import { knowingTwo } from './knowing.ts'

const homes: ReturnType<typeof makeHome>[] = []
afterEach(async () => {
  await closeAll()
  for (const home of homes.splice(0)) home.remove()
})

const [us, peer] = [identityOf(1), identityOf(2)]

function anInstitution() {
  const home = makeHome()
  homes.push(home)
  const db = home.open()
  const time = createSimulatedTime()
  const announced: string[] = []
  const ports = { db, signer: us, name: 'Alder', clock: time.clock, announce: () => void announced.push('') }
  const entries = () => listAudit(db, 1, 1000)
  return {
    ...ports,
    ports,
    time,
    entries,
    notes: createPeerNotes(ports),
    checkpoints: createCheckpoints(ports),
  }
}

test('a decision is signed in the log at once, and the whole log verifies with all documents', async () => {
  const { a, members } = await knowingTwo()
  await a.call('studies.propose', aDraft(members))
  const log = await a.call('audit.list', { from: 1, limit: 100 })
  expect(log.slice(-2).map((one) => one.action)).toEqual(['study-proposed', CHECKPOINT])
  const { seq } = await a.call('audit.seal', null)
  const all = { ok: true, entries: seq, signed: seq, firstBad: null, documents: 1, badDocuments: 0 }
  expect(await a.call('audit.verify', null)).toEqual(all)
  expect(await a.call('audit.seal', null)).toMatchObject({ seq })
})

test('no more than sixty-four entries wait for a signature', () => {
  const { db, checkpoints, entries } = anInstitution()
  for (let time = 0; time < 200; time += 1) {
    appendAudit(db, { time, actor: 'Alder', action: 'settings-changed', object: '', outcome: 'done' })
    checkpoints.look()
  }
  const seals = entries().filter((one) => one.action === CHECKPOINT)
  expect(seals.map((one) => one.seq)).toEqual([65, 130, 195])
})

test('a signature or a document that was changed behind our back is found', async () => {
  const { db, checkpoints, entries } = anInstitution()
  appendAudit(db, { time: 1, actor: 'Alder', action: 'x', object: '', outcome: 'done' })
  checkpoints.seal()
  expect(await verifyAll(db, [us.id])).toMatchObject({ ok: true, signed: 2 })
  const [first, seal] = entries()
  // Chained anew in full, as only somebody with the database key could; without the institution's key the seal gives it away.
  db.script('DROP TRIGGER audit_is_never_changed')
  const [changed] = continued([], { ...told(first!), outcome: 'not done' })
  const [, forged] = continued([changed!], told(seal!))
  db.run('UPDATE audit SET outcome = ?, hash = ? WHERE seq = 1', changed!.outcome, changed!.hash)
  db.run('UPDATE audit SET prev_hash = ?, hash = ? WHERE seq = 2', forged!.prevHash, forged!.hash)
  expect(await verifyAll(db, [us.id])).toMatchObject({ ok: false, firstBad: 2, signed: 0 })
})

test('an approval or a study that was changed in the database decides nothing', () => {
  const { db } = anInstitution()
  const study = signDocument(
    us,
    aStudy([1, 2, 3].map((one) => ({ id: identityOf(one).id, name: `Hospital ${one}` }))),
  )
  const note = signDocument(us, aNote(study.id, 'Why?'))
  const stored = createLibrary(db)
  stored.add(study)
  stored.add(note)
  expect(createLibrary(db, isWhole).study(study.id)).toEqual(study)
  db.run(`UPDATE documents SET body = json_set(body, '$.expiresAt', 8640000000000000) WHERE id = ?`, study.id)
  expect(createLibrary(db).study(study.id)?.body.expiresAt).toBe(8.64e15)
  expect(createLibrary(db, isWhole).study(study.id)).toBeNull()
  expect(createLibrary(db, isWhole).ofRound(study.id, 0)).toEqual([note])
})

test('what a peer causes says so, and a flood of it is one entry more', () => {
  const { notes, entries, time } = anInstitution()
  const cause = (object: string) =>
    notes.note(peer.id, { action: 'study-received', object, outcome: 'version 1' })
  for (let i = 0; i < 500; i += 1) cause(String(i))
  notes.note(us.id, { action: 'study-received', object: 'of another', outcome: 'version 1' })
  expect(entries()).toHaveLength(21)
  expect(entries().filter((one) => one.by === peer.id)).toHaveLength(20)
  time.step(3_600_000)
  expect(entries().at(-1)).toMatchObject({
    by: peer.id,
    actor: peer.id,
    action: 'study-received',
    outcome: '480 more',
  })
  cause('in the next hour')
  notes.settle()
  expect(entries()).toHaveLength(23)
})

test('a member whose log became shorter, or another one, is found by its own certificates', () => {
  const { notes, entries, ports } = anInstitution()
  const { compare } = createOthersLogs(ports, notes)
  const logOf = (length: number, outcome = 'sum') =>
    Array.from({ length }).reduce<ReturnType<typeof continued>>(
      (all, _, time) => continued(all, { time, actor: 'Birch', action: 'x', object: '', outcome }),
      [],
    )
  // Safe: it was made as a certificate.
  const certify = (length: number, round: number, outcome = 'sum') =>
    compare(openDocument(certificateOf(peer, logOf(length, outcome), round)) as Document<Certificate>)
  // As they may come, in any order: nothing contradicts.
  for (const [length, round] of [
    [9, 3],
    [4, 1],
    [6, 2],
    [4, 1],
  ] as const)
    certify(length, round)
  expect(entries()).toEqual([])
  certify(5, 4)
  certify(6, 5, 'void')
  const seen = { action: 'log-contradiction-seen', by: peer.id }
  expect(entries()).toMatchObject([
    { ...seen, outcome: 'a shorter log' },
    { ...seen, outcome: 'another log' },
  ])
})

function told({ time, actor, action, object, outcome }: ReturnType<typeof continued>[number]) {
  return { time, actor, action, object, outcome }
}
