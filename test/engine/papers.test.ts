import { createHash } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { canonical, hashOf } from '#domain/canonical.ts'
import { openDocument } from '#network/identity/documents.ts'
import { aDraft, decide, takePart } from './chest-pain.ts'
import { closeAll, openHospital, pair, until } from './hospital.ts'
import { knowingTwo, strange } from './knowing.ts'

afterEach(closeAll)

const code = (name: string) => expect.objectContaining({ code: name })

test('the receipt of a decision has exactly the text that was shown, and a signature that holds', async () => {
  const { a, members } = await knowingTwo()
  const { id: study } = await a.call('studies.propose', aDraft(members))
  await takePart(a, study, 1)
  const page = await a.call('consents.page', { study })
  const { id } = await decide(a, study, 'approve')
  await a.restart()
  const receipt = await a.call('consents.receipt', { id })
  expect(receipt).toMatchObject({ id, text: page.text, textHash: page.textHash, language: 'en' })
  expect(hashOf(receipt.text)).toBe(receipt.textHash)
  const bytes = `murmuration/1/document\0${receipt.document}`
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(id)
  const signed = { ...JSON.parse(receipt.document), signature: receipt.signature }
  expect(openDocument(signed).id).toBe(id)
  expect(() => openDocument({ ...signed, body: { ...signed.body, to: 2 } })).toThrow(code('document-refused'))
  await expect(a.call('consents.receipt', { id: study })).rejects.toEqual(code('not-found'))
})

test('the page shows our next contribution beside its masked words, which nobody gets', async () => {
  const { a, members } = await knowingTwo()
  const { id: study } = await a.call('studies.propose', aDraft(members))
  await expect(a.call('consents.page', { study })).resolves.toMatchObject({ preview: null, changes: null })
  await takePart(a, study, 1)
  const look = () => a.call('consents.page', { study })
  const page = await until(look, (one) => one.preview !== null)
  const { meaning, masked } = page.preview!
  expect(meaning[0]).toEqual({ name: 'age: how many values', value: expect.any(Number) })
  const { trainRows } = await a.call('mappings.get', { study })
  expect(meaning[0]!.value).toBe(trainRows)
  expect(masked).toHaveLength(8)
  for (const word of masked) expect(word).toMatch(/^[0-9a-f]{16}$/)
  expect(new Set(masked).size).toBe(8)
  expect(page.text).not.toContain(masked[0])
  expect((await look()).textHash).toBe(page.textHash)
  await expect(a.call('studies.get', { id: study })).resolves.toMatchObject({ bytesSent: 0 })
})

test('a question asked at one institution is answered at another, and stands on the page', async () => {
  const [a, b] = await Promise.all(['Aue', 'Buch'].map((name) => openHospital(name)))
  if (!a || !b) throw new Error('Two were opened')
  await pair(a, b)
  const third = strange('Calw')
  await a.call('peers.confirm', { code: third.invitation })
  const members = await Promise.all(
    [a, b].map(async (one) => {
      const { id, name } = await one.call('institution.get', null)
      return { id, name }
    }),
  )
  const draft = aDraft([...members, third.member])
  const { id: study } = await a.call('studies.propose', draft)
  await until(
    () => b.call('studies.list', null),
    (list) => list.some(({ id }) => id === study),
  )
  const before = await b.call('consents.page', { study })
  const asked = await b.call('notes.write', { study, answers: null, text: ' Why sex? ' })
  expect(asked.text).toBe('Why sex?')
  const notesOfA = () => a.call('notes.list', { study })
  await until(notesOfA, (list) => list.length === 1)
  await a.call('notes.write', { study, answers: asked.id, text: 'It matters for chest pain.' })
  const notes = await until(
    () => b.call('notes.list', { study }),
    (list) => list.length === 2,
  )
  expect(notes.map((one) => one.answers)).toEqual([null, asked.id])
  expect(b.events).toContainEqual({ event: 'notes.changed', study })
  const after = await b.call('consents.page', { study })
  expect(after.text).toContain('Question of "Buch"')
  expect(after.text).toContain('Answer of "Aue"')
  expect(after.textHash).not.toBe(before.textHash)
  const wrong = { study, answers: study, text: 'To nothing' }
  await expect(b.call('notes.write', wrong)).rejects.toEqual(code('not-found'))
  await expect(b.call('notes.write', { study, answers: null, text: '  ' })).rejects.toEqual(
    code('bad-request'),
  )
}, 60_000)

test('a study that was left is left for good, in writing', async () => {
  const { a, members } = await knowingTwo()
  const { id: study } = await a.call('studies.propose', aDraft(members))
  await expect(a.call('studies.leave', { study, reason: 'No' })).rejects.toEqual(code('consent-missing'))
  await takePart(a, study, 1)
  const { id } = await decide(a, study, 'approve')
  await expect(a.call('studies.leave', { study, reason: 'We move house' })).resolves.toMatchObject({
    state: 'left',
  })
  await a.restart()
  await expect(a.call('studies.get', { id: study })).resolves.toMatchObject({ state: 'left' })
  const [row] = await a.call('consents.list', null)
  expect(row).toMatchObject({ id, withdrawnAt: expect.any(Number) })
})

test('the audit log names its head, verifies itself, and leaves as a file', async () => {
  const a = await openHospital('Aue')
  await expect(a.call('audit.head', null)).resolves.toEqual({ seq: 0, hash: null })
  for (let i = 0; i < 3; i++) await a.call('institution.invite', null)
  const head = await a.call('audit.head', null)
  expect(head.seq).toBe(3)
  await expect(a.call('audit.verify', null)).resolves.toEqual({
    ...{ ok: true, entries: 3, firstBad: null },
    ...{ signed: 0, documents: 0, badDocuments: 0 },
  })
  const { bytes } = await a.call('audit.export', null)
  const file = JSON.parse(new TextDecoder().decode(bytes))
  // An export ends with a checkpoint, which is signed.
  expect(file).toMatchObject({ format: 2, institution: { name: 'Aue' } })
  expect(file.entries.map((one: { seq: number }) => one.seq)).toEqual([1, 2, 3, 4])
  expect(file.entries[3]).toMatchObject({ action: 'checkpoint', prevHash: head.hash })
  await expect(a.call('audit.head', null)).resolves.toEqual({ seq: 4, hash: file.head })
})

test('settings are kept, and hold the rounds by day, on battery and while the disk is nearly full', async () => {
  const { a, members } = await knowingTwo()
  const { id } = await a.call('studies.propose', aDraft(members))
  await takePart(a, id, 1)
  await decide(a, id, 'approve')
  const held = async () => (await a.call('studies.get', { id })).held
  const settings = {
    language: 'en',
    schedule: { nightsOnly: true, pauseOnBattery: true },
    compute: { engine: null, threads: null },
  }
  const { answerBy, study } = await a.call('studies.get', { id })
  expect(answerBy).toBe(study.createdAt + study.rules.pace.answer)
  a.machine.hour = 12
  await expect(held()).resolves.toBeNull()
  // Two screens change what they show at the same moment, and neither undoes the other.
  await Promise.all([
    a.call('settings.change', { schedule: { nightsOnly: true } }),
    a.call('settings.change', { schedule: { pauseOnBattery: true } }),
  ])
  await expect(held()).resolves.toBe('day')
  await a.restart()
  await expect(a.call('settings.get', null)).resolves.toEqual(settings)
  await until(held, (one) => one === 'day')
  a.machine.hour = 22
  a.power(true)
  await expect(held()).resolves.toBe('battery')
  a.power(false)
  await expect(held()).resolves.toBeNull()
  a.machine.free = 1e6
  a.power(false)
  await expect(held()).resolves.toBe('disk')
  a.machine.free = 5.5e8
  a.power(false)
  await expect(held()).resolves.toBe('disk')
  a.machine.free = 1e10
  a.power(false)
  await expect(held()).resolves.toBeNull()
  expect(a.events).toContainEqual({ event: 'settings.changed' })
})

test('a report for support says what runs here', async () => {
  const { a, members } = await knowingTwo()
  const { id } = await a.call('studies.propose', aDraft(members))
  await takePart(a, id, 1)
  await expect(a.call('mappings.get', { study: members[0]!.id })).rejects.toBeTruthy()
  const { text } = await a.call('support.report', null)
  expect(text).toContain('murmuration test')
  expect(text).toContain(canonical({ nightsOnly: false, pauseOnBattery: false }))
})
