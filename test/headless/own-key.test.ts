import { copyFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import { verifyAuditFile } from '#headless/audit-file.ts'
import { createGate } from '#headless/gate.ts'
import { createHome, filesOf } from '#headless/home.ts'
import { openEngine } from '#headless/open-engine.ts'
import { revokeOwnKey, rotateOwnKey } from '#headless/own-key.ts'
import { answer } from '#contract/serve.ts'
import { makeRevocation, makeRotation, readKeyStatement } from '#network/identity/key-statements.ts'
import { makeInvitation } from '#network/identity/invitation.ts'
import { closeAll, openHospital } from '../engine/hospital.ts'
import { identityOf } from '../kit/signed-log.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'murmuration keys '))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
afterEach(closeAll)

const code = (expected: string) => expect.objectContaining({ code: expected })
const passphrase = 'quiet birds at dusk'
const random = (bytes: number) => new Uint8Array(bytes).fill(7)

/** What an institution says of itself, and its whole log as an auditor gets it, from a home that is opened and closed. */
async function look(home: string) {
  const engine = await openEngine({ home, passphrase, listen: ['/ip4/127.0.0.1/tcp/0'] })
  try {
    const { id } = (await answer(engine.handlers, 'institution.get', null)) as { id: string }
    const { bytes } = (await answer(engine.handlers, 'audit.export', null)) as { bytes: Uint8Array }
    const { code: invitation } = (await answer(engine.handlers, 'institution.invite', null)) as {
      code: string
    }
    const verified = await answer(engine.handlers, 'audit.verify', null)
    const file = path.join(folder, 'log.json')
    writeFileSync(file, bytes)
    return { id, file, invitation, verified }
  } finally {
    await engine.close()
  }
}

test('a key is replaced: the log goes on under both, and who knew the old one moves to the new', async () => {
  const home = path.join(folder, 'alder')
  await createHome(home, 'Alder', passphrase, false, 1)
  const before = await look(home)
  const peer = await openHospital('Birch')
  await peer.call('peers.confirm', { code: before.invitation })
  const rotation = await rotateOwnKey({ home, passphrase, now: Date.now() })
  const after = await look(home)
  expect(after.id).not.toBe(before.id)
  expect(after.verified).toMatchObject({ ok: true, badDocuments: 0 })
  const { log, signed } = verifyAuditFile(after.file, [])
  expect(log.institution.id).toBe(after.id)
  expect(signed).toBe(log.entries.length)
  expect(new Set(log.entries.filter((one) => one.action === 'checkpoint').map((one) => one.object))).toEqual(
    new Set([before.id, after.id]),
  )
  // Without the statement of the old key, the new one could sign any log.
  writeFileSync(after.file, JSON.stringify({ ...log, keys: [] }))
  expect(() => verifyAuditFile(after.file, [])).toThrow(code('document-refused'))

  const applied = await peer.call('keys.apply', { code: rotation })
  expect(applied).toMatchObject({ kind: 'rotation', name: 'Alder', key: before.id, successor: after.id })
  expect((await peer.call('peers.list', null)).map(({ id, name }) => ({ id, name }))).toEqual([
    { id: after.id, name: 'Alder' },
  ])
  await expect(peer.call('peers.confirm', { code: before.invitation })).rejects.toEqual(code('key-retired'))
  await expect(peer.call('keys.apply', { code: rotation })).rejects.toEqual(code('key-retired'))
})

test('a key that is revoked is known no more, and nobody revokes or takes over the key of another', async () => {
  const [known, thief] = [identityOf(5), identityOf(6)]
  const peer = await openHospital('Birch')
  const invitation = makeInvitation(known, { name: 'Alder', addresses: [], now: Date.now(), random })
  await peer.call('peers.confirm', { code: invitation })
  const impostor = { ...thief, id: known.id }
  for (const bad of [makeRevocation(impostor, 1), makeRotation(impostor, thief, 1)])
    await expect(peer.call('keys.apply', { code: bad })).rejects.toEqual(code('document-refused'))
  // Its own signature alone does not make another institution its successor.
  const unasked = makeRotation(known, { ...thief, id: identityOf(7).id }, 1)
  await expect(peer.call('keys.apply', { code: unasked })).rejects.toEqual(code('document-refused'))
  await expect(peer.call('keys.apply', { code: makeRevocation(thief, 1) })).rejects.toEqual(code('not-found'))
  expect(await peer.call('peers.list', null)).toHaveLength(1)
  await peer.call('keys.apply', { code: makeRevocation(known, 1) })
  expect(await peer.call('peers.list', null)).toEqual([])
  await expect(peer.call('peers.confirm', { code: invitation })).rejects.toEqual(code('key-retired'))
})

test('a hospital that we know does not take the place of another that we know', async () => {
  const [known, other] = [identityOf(8), identityOf(9)]
  const peer = await openHospital('Birch')
  for (const [name, one] of [['Alder', known] as const, ['Cedar', other] as const])
    await peer.call('peers.confirm', {
      code: makeInvitation(one, { name, addresses: [], now: Date.now(), random }),
    })
  const both = (await peer.call('peers.list', null)).map(({ id, name }) => ({ id, name }))
  const rotation = makeRotation(known, other, 1)
  await expect(peer.call('keys.apply', { code: rotation })).rejects.toEqual(code('key-known'))
  expect((await peer.call('peers.list', null)).map(({ id, name }) => ({ id, name }))).toEqual(both)
  // One that was met a second time under its new key is one again once a person removes that.
  await peer.call('peers.remove', { id: other.id })
  await peer.call('keys.apply', { code: rotation })
  expect(await peer.call('peers.list', null)).toMatchObject([{ id: other.id, name: 'Alder' }])
})

test('a home that was copied gets no new key before its ledger is whole: its sums are named by the old one', async () => {
  const home = path.join(folder, 'dogwood')
  await createHome(home, 'Dogwood', passphrase, false, 1)
  await look(home)
  const { database } = filesOf(home)
  renameSync(database, `${database}.before`)
  copyFileSync(`${database}.before`, database)
  await expect(rotateOwnKey({ home, passphrase, now: 5 })).rejects.toEqual(code('home-restored'))
})

test("a key that was revoked comes back as nobody's new one", async () => {
  const [stolen, other] = [identityOf(8), identityOf(9)]
  const peer = await openHospital('Birch')
  for (const [name, one] of [['Alder', stolen] as const, ['Cedar', other] as const]) {
    const about = { name, addresses: [], now: Date.now(), random }
    await peer.call('peers.confirm', { code: makeInvitation(one, about) })
  }
  await peer.call('keys.apply', { code: makeRevocation(stolen, 1) })
  const back = makeRotation(other, stolen, 2)
  await expect(peer.call('keys.apply', { code: back })).rejects.toEqual(code('key-retired'))
  expect((await peer.call('peers.list', null)).map(({ id }) => id)).toEqual([other.id])
})

test('the owner alone makes the code, and its log says so', async () => {
  const home = path.join(folder, 'cedar')
  await createHome(home, 'Cedar', passphrase, false, 1)
  const { id } = await look(home)
  await expect(revokeOwnKey({ home, passphrase: 'another passphrase', now: 5 })).rejects.toEqual(
    code('wrong-passphrase'),
  )
  expect(readKeyStatement(await revokeOwnKey({ home, passphrase, now: 5 }))).toEqual({
    ...{ kind: 'revocation', key: id, statedAt: 5 },
  })
  const { log } = verifyAuditFile((await look(home)).file, [])
  expect(log.entries.map((one) => one.action)).toContain('key-revoked')
})

test('at the screens a key is replaced with the passphrase, and the engine is open again under the new one', async () => {
  const home = path.join(folder, 'elm')
  await createHome(home, 'Elm', passphrase, false, 1)
  const gate = createGate({
    ...{ home, keychain: null, rehearsal: null, now: () => 7, log: () => undefined },
    open: (given) => openEngine({ home, passphrase: given, listen: [] }),
  })
  const calls = gate.serving.gate!
  const { handlers } = gate.serving
  const at = () => (typeof handlers === 'function' ? handlers() : handlers)
  const change = (kind: 'rotation' | 'revocation', given: string | null) =>
    Promise.resolve(calls['gate.changeKey']({ kind, passphrase: given }))
  try {
    await expect(change('rotation', passphrase)).rejects.toEqual(code('locked'))
    await calls['gate.unlock']({ passphrase })
    const before = await at()['institution.get'](null)
    // A wrong passphrase, or none where no keychain has one, changes nothing, and the engine is not closed for it.
    await expect(change('rotation', 'another passphrase')).rejects.toEqual(code('wrong-passphrase'))
    await expect(change('rotation', null)).rejects.toEqual(code('not-available'))
    expect(await at()['institution.get'](null)).toEqual(before)
    const rotation = await change('rotation', passphrase)
    const after = await at()['institution.get'](null)
    expect(readKeyStatement(rotation.code)).toMatchObject({
      key: before.id,
      successor: after.id,
      statedAt: 7,
    })
    const revocation = await change('revocation', passphrase)
    expect(readKeyStatement(revocation.code)).toMatchObject({ kind: 'revocation', key: after.id })
    expect(await at()['keys.own'](null)).toEqual([rotation.code, revocation.code])
  } finally {
    await gate.close()
  }
})
