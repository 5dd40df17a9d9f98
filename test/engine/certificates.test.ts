import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { verifyAuditFile } from '#headless/audit-file.ts'
import { exportCertificates } from '#headless/certificates-file.ts'
import { headOf } from '../kit/signed-log.ts'
import { finished } from './finished.ts'
import { closeAll, type Hospital } from './hospital.ts'
import { finish } from './together.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'murmuration certificates '))
afterEach(async () => {
  await closeAll()
  rmSync(folder, { recursive: true, force: true })
})

const write = (name: string, content: unknown) => {
  const file = path.join(folder, name)
  writeFileSync(file, content instanceof Uint8Array ? content : JSON.stringify(content))
  return file
}

test('after a study, what the others hold shows that a log is whole, and that a shortened one is not', async () => {
  const { hospitals, study } = await finished(160)
  await finish(hospitals, study)
  const [a, b] = hospitals as [Hospital, Hospital]
  const { id } = await a.call('institution.get', null)
  const theirs = await exportCertificates((page) => b.call('audit.certificates', page), id)
  const held = write('held.json', theirs)
  const { bytes } = await a.call('audit.export', null)
  const { log, certified } = verifyAuditFile(write('log.json', bytes), [held])
  expect(certified.length).toBeGreaterThan(1)
  // Cut at a signature of its own, as an institution could itself.
  const seals = log.entries.filter(
    (one) => one.action === 'checkpoint' && one.seq < certified.at(-1)!.entries,
  )
  const entries = log.entries.slice(0, seals.at(-1)!.seq)
  const shorter = write('shorter.json', { ...log, head: headOf(entries).head, entries })
  expect(verifyAuditFile(shorter, []).signed).toBe(entries.length)
  expect(() => verifyAuditFile(shorter, [held])).toThrow(
    expect.objectContaining({ code: 'document-refused', message: expect.stringMatching(/shortened/) }),
  )
})
