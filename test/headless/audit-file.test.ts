import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { AuditEntry } from '#domain/audit.ts'
import { verifyAuditFile } from '#headless/audit-file.ts'
import { runCommand } from '#headless/demo/hospital.ts'
import { signCheckpoint } from '#network/identity/checkpoints.ts'
import { openDocument } from '#network/identity/documents.ts'
import { certificateOf, continued, flipped, headOf, identityOf, signedLog } from '../kit/signed-log.ts'
import { createDice } from '../simulation/clock.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'murmuration audit '))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const alder = identityOf(1)
const log = signedLog(alder, 'Alder', 10)
const seals = log.entries.filter(({ action }) => action === 'checkpoint').map(({ seq }) => seq)

const told = { time: 6, actor: 'Alder', action: 'round-decided', object: 'x', outcome: 'void' }

const write = (name: string, content: unknown) => {
  const file = path.join(folder, name)
  writeFileSync(file, content instanceof Uint8Array ? content : JSON.stringify(content))
  return file
}
const certificates = (...all: object[]) =>
  write('certificates.json', { format: 1, institution: alder.id, certificates: all })
const verify = (content: unknown, held: string[] = []) => verifyAuditFile(write('log.json', content), held)
const refused = (message: RegExp) =>
  expect.objectContaining({ code: 'document-refused', message: expect.stringMatching(message) })
/** The log up to an entry, as somebody would cut it who wants to be believed. */
const cut = (length: number, entries = log.entries) => {
  const kept = entries.slice(0, length)
  return { ...log, head: headOf(kept).head, entries: kept }
}

test('the command says on whose word a log rests, and calls it whole only as far as others hold its heads', async () => {
  const run = (...more: string[]) =>
    runCommand({ home: folder, passphraseFile: folder }, ['verify', write('whole.json', log), ...more])
  const alone = await run()
  expect(alone.code).toBe(0)
  expect(alone.out).toMatch(/unbroken: 14 entries, from 1970-01-02.* to 1970-01-11/)
  expect(alone.out).toMatch(/Nothing but the institution's own signature vouches for it/)
  expect(alone.out).not.toMatch(/It is whole/)
  const held = certificates(
    certificateOf(alder, log.entries.slice(0, 4)),
    certificateOf(alder, log.entries.slice(0, 8), 2),
  )
  const { code, out } = await run('--certificates', held)
  expect(code).toBe(0)
  expect(out).toMatch(/It is whole up to entry 8 of 1970-01-07.*2 certificates/)
  expect(out).toMatch(/What follows entry 8 rests on the institution's own signature alone/)
})

test('no entry of a log can be changed, left out or moved', () => {
  expect(verify(log)).toMatchObject({ signed: 14, certified: [] })
  const [first, second, third, ...rest] = log.entries as [AuditEntry, AuditEntry, AuditEntry, ...AuditEntry[]]
  const changed = [
    [first, { ...second, outcome: 'not done' }, third, ...rest],
    [first, { ...second, by: identityOf(2).id }, third, ...rest],
    [first, third, ...rest],
    [second, first, third, ...rest],
  ]
  for (const entries of changed)
    expect(() => verify({ ...log, entries })).toThrow(refused(/changed or removed/))
  expect(() => verify({ ...log, entries: log.entries.slice(0, -1) })).toThrow(refused(/ends before its head/))
  expect(() => verify({ ...log, more: true })).toThrow(expect.objectContaining({ code: 'file-unreadable' }))
})

test('a log that was shortened, forked or written anew is not the one whose heads others hold', () => {
  const held = [certificates(certificateOf(alder, log.entries.slice(0, 8)))]
  expect(verify(log, held).certified).toHaveLength(1)
  expect(verify(cut(8), held).certified).toHaveLength(1)
  expect(() => verify(cut(seals[0]!), held)).toThrow(refused(/shortened: .* 8 entries, and it has 4/))
  // Signed with the true key, by an institution that would rather have done something else in its sixth entry.
  const before = log.entries.slice(0, 5)
  let other = continued(before, told)
  for (const time of [7, 8, 9]) other = continued(other, { ...told, time })
  other = continued(other, signCheckpoint(alder, headOf(other), { name: 'Alder', time: 10 }))
  expect(verify(cut(10, other)).signed).toBe(10)
  expect(() => verify(cut(10, other), held)).toThrow(refused(/another log/))
})

test('a log that somebody else made up in the name of an institution is refused', () => {
  const stranger = identityOf(3)
  const theirs = signedLog(stranger, 'Alder', 5)
  expect(() => verify({ ...theirs, institution: log.institution })).toThrow(refused(/not that of/))
  const unsigned = [1, 2, 3].reduce<AuditEntry[]>(
    (all, time) => continued(all, { time, actor: 'Dr. Nobody', action: 'x', object: 'x', outcome: 'done' }),
    [],
  )
  expect(() => verify(cut(3, unsigned))).toThrow(refused(/anybody could have written it/))
  expect(() => verify({ ...log, institution: { ...log.institution, name: 'Birch' } })).toThrow(
    refused(/another name/),
  )
  // Without any seal of theirs it is the stranger's own log, under the stranger's own id.
  expect(verify(theirs).log.institution.id).toBe(stranger.id)
  expect(() => verify(theirs, [certificates(certificateOf(alder, log.entries))])).toThrow(
    refused(/another institution/),
  )
  expect(() => verify(log, [certificates(certificateOf(stranger, log.entries))])).toThrow(
    refused(/something else/),
  )
})

test('what stands behind the last signature is said to be signed by nobody', () => {
  const more = continued(log.entries, told)
  expect(verify(cut(15, more))).toMatchObject({ signed: 14 })
})

test('one bit that is turned over in a log or in a signed document is found', () => {
  const dice = createDice(12)
  const certificate = certificateOf(alder, log.entries)
  const whole = Buffer.from(JSON.stringify(log, null, 1))
  const signed = Buffer.from(JSON.stringify(certificate))
  expect(openDocument(JSON.parse(signed.toString())).author).toBe(alder.id)
  for (let i = 0; i < 300; i += 1) {
    const bit = dice.below(whole.length * 8)
    expect(() => verify(flipped(whole, bit)), `bit ${bit} of the log`).toThrow()
    const other = dice.below(signed.length * 8)
    const spoilt = Buffer.from(flipped(signed, other)).toString()
    expect(() => openDocument(JSON.parse(spoilt)), `bit ${other} of the document`).toThrow()
  }
})
