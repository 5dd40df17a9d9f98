import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { AuditEntry } from '#domain/audit.ts'
import { hashOf } from '#domain/canonical.ts'
import { verifyAuditFile } from '#headless/audit-file.ts'
import { signCheckpoint } from '#network/identity/checkpoints.ts'
import type { Identity } from '#network/identity/identity.ts'
import { makeRotation } from '#network/identity/key-statements.ts'
import { continued, headOf, identityOf } from '../kit/signed-log.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'murmuration audit '))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const [before, alder, stranger] = [identityOf(1), identityOf(2), identityOf(3)]
const keys = [makeRotation(before, alder, 5)]
type Entries = readonly AuditEntry[]

const worked = (entries: Entries, time: number) =>
  continued(entries, { time, actor: 'Dr. Berger', action: 'round-decided', object: 'x', outcome: 'sum' })
const sealed = (entries: Entries, by: Identity) =>
  continued(entries, signCheckpoint(by, headOf(entries), { name: 'Alder', time: 9 }))

/** Checks a log that goes by Alder's present key, and by the one before it. */
function verify(entries: Entries) {
  const file = path.join(folder, 'log.json')
  const institution = { id: alder.id, name: 'Alder' }
  writeFileSync(file, JSON.stringify({ format: 2, institution, keys, head: headOf(entries).head, entries }))
  return verifyAuditFile(file, [])
}
const refused = (message: RegExp) =>
  expect.objectContaining({ code: 'document-refused', message: expect.stringMatching(message) })

const underBoth = sealed(worked(sealed(worked([], 1), before), 2), alder)

test('a log is signed on by the key that follows', () => {
  expect(verify(underBoth)).toMatchObject({ signed: 4 })
})

test('a key that was replaced signs no more: whoever stole it could write the log anew', () => {
  expect(() => verify(sealed(worked(underBoth, 3), before))).toThrow(refused(/entry 6 is not that of/))
  expect(() => verify(sealed(worked([], 1), before))).toThrow(refused(/last signature is not that of/))
})

test('the signature of a stranger in between makes a log no better', () => {
  const middle = sealed(worked([], 1), stranger)
  expect(() => verify(sealed(worked(middle, 2), alder))).toThrow(refused(/entry 2 is not that of/))
})

test('a signature that stood behind another log is none of this one', () => {
  const { outcome } = signCheckpoint(alder, headOf(worked([], 7)), { name: 'Alder', time: 9 })
  const here = worked([], 1)
  const moved = continued(here, {
    ...signCheckpoint(alder, headOf(here), { name: 'Alder', time: 9 }),
    outcome,
  })
  expect(() => verify(moved)).toThrow(refused(/entry 2 is not that of/))
})

test('an entry that was changed with its own hash, or numbered past one that is missing, breaks the chain', () => {
  const rehashed = ({ hash: _, ...content }: AuditEntry): AuditEntry => ({
    ...content,
    hash: hashOf(content),
  })
  const [first, second, ...rest] = sealed(worked(worked(worked([], 1), 2), 3), alder)
  const changed = [first!, rehashed({ ...second!, outcome: 'void' }), ...rest]
  expect(() => verify(changed)).toThrow(refused(/entry 3 of the log was changed or removed/))

  const skipping = rehashed({ ...second!, seq: 3 })
  const signed = sealed([first!, skipping], alder)
  expect(() => verify(signed)).toThrow(refused(/entry 2 of the log was changed or removed/))
})
