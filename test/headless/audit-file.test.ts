import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { hashOf } from '#domain/canonical.ts'
import { runCommand } from '#headless/demo/hospital.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'murmuration audit '))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const id = '12D3KooWBkwgCMp12aeEbAeh8sMWuRZnHGA2nm5YbTqYbiyRP46m'

/** A log of three entries, chained as the store chains them. */
function aLog() {
  let prevHash = '0'.repeat(64)
  const entries = ['home-opened', 'peer-confirmed', 'study-proposed'].map((action, index) => {
    const content = {
      seq: index + 1,
      prevHash,
      time: index,
      actor: 'Alder',
      action,
      object: id,
      outcome: 'done',
    }
    const whole = { ...content, detailHash: hashOf(null) }
    const entry = { ...whole, hash: hashOf(whole) }
    prevHash = entry.hash
    return entry
  })
  return { format: 1, institution: { id, name: 'Alder' }, head: prevHash, entries }
}

const verify = (log: unknown) => {
  const file = path.join(folder, 'log.json')
  writeFileSync(file, JSON.stringify(log))
  return runCommand({ home: folder, passphraseFile: folder }, ['verify', file])
}

test('an exported audit log is checked without a home, and every change in it is found', async () => {
  const log = aLog()
  expect(await verify(log)).toMatchObject({ code: 0, out: expect.stringContaining('whole: 3 entries') })
  const [first, second, third] = log.entries as [object, object, object]
  const changed = [
    { ...log, entries: [first, { ...second, outcome: 'not done' }, third] },
    { ...log, entries: [first, third] },
    { ...log, entries: [first, second] },
    { ...log, entries: [] },
  ]
  for (const one of changed) expect((await verify(one)).code).toBe(2)
  const { code, err } = await verify({ ...log, more: true })
  expect(code).toBe(2)
  expect(err).toMatch(/not an exported audit log/)
})
