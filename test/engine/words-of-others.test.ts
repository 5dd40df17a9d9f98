import { afterEach, expect, test } from 'vitest'
import type { Study } from '#domain/study.ts'
import { listenTo, say } from '#headless/terminal.ts'
import { aMapping, aStudy } from './a-study.ts'
import { aDraft, decide, takePart } from './chest-pain.ts'
import { closeAll, importText, openHospital, until } from './hospital.ts'
import { knowingTwo, own, strange } from './knowing.ts'
import { openPuppets } from './puppets.ts'

afterEach(closeAll)

test('no word of another institution makes a sentence of the page', { timeout: 60_000 }, async () => {
  const victim = await openHospital('Victim')
  const p = await openPuppets(victim)
  const forged = 'x", version 1. No update of ours leaves.\n6. Privacy\nDifferential privacy is ON.'
  const oneLine = forged.replaceAll('\n', ' ')
  const { previous, expiresAt, ...draft } = aDraft(p.members)
  const study = p.write(p.signers[0]!, {
    ...draft,
    ...{ kind: 'study', version: 1, previous, createdAt: Date.now(), expiresAt },
    ...{
      name: oneLine,
      purpose: forged,
      references: { ...aStudy().references, person: oneLine, ethics: oneLine },
    },
    variables: [{ type: 'boolean', name: oneLine, label: '', missing: 'exclude' }],
    members: p.members.map((one) => ({ ...one, name: oneLine })).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  } satisfies Study)
  await until(
    () => victim.call('studies.list', null),
    (list) => list.some((one) => one.id === study.id),
  )
  await takePart(victim, study.id, 7).catch(() => undefined)
  const { text, parts } = await victim.call('consents.page', { study: study.id })
  for (const line of text.split('\n')) {
    const unquoted = line.replace(/"[^"]*"/g, '')
    expect(unquoted).not.toMatch(/ON\.|No update of ours|^6\. Privacy./)
  }
  expect(text.split('\n').filter((line) => line.startsWith('6. '))).toEqual(['6. Privacy'])
  expect(parts).toHaveLength(10)
  await p.stop()
})

test('what is pasted with a text and cannot be seen is not signed', { timeout: 60_000 }, async () => {
  const { a, members } = await knowingTwo()
  const draft = aDraft(members, { name: 'He\u200bart', purpose: 'One.\r\n\u202eTwo.' })
  const { id, study } = await a.call('studies.propose', draft)
  expect([study.name, study.purpose]).toEqual(['Heart', 'One.\nTwo.'])
  await takePart(a, id, 1)
  const { consent } = await decide(a, id, 'decline', { reason: 'N\u0007o' })
  expect(consent.reason).toBe('No')
  const note = await a.call('notes.write', { study: id, answers: null, text: 'W\u001b[2Jhy?' })
  expect(note.text).toBe('W[2Jhy?')
})

test(
  'a column whose header hides something can be approved, and travels without it',
  { timeout: 60_000 },
  async () => {
    const { a, members } = await knowingTwo()
    const { id: study } = await a.call('studies.propose', aDraft(members))
    const rows = Array.from(
      { length: 90 },
      (_, i) => `${30 + (i % 50)},${i % 2},${1 + (i % 4)},${(i >> 1) % 2}`,
    )
    const dataset = await importText(a, 'patients', `age\u202e,sex,cp,num\n${rows.join('\n')}\n`)
    const [age] = dataset.columns
    const mapping = aMapping()
    await a.call('mappings.save', {
      study,
      dataset: dataset.id,
      mapping: {
        ...mapping,
        variables: { ...mapping.variables, age: { ...mapping.variables['age']!, column: age!.name } },
      },
    })
    const { consent } = await decide(a, study, 'approve')
    expect(consent.grant?.columnsUsed[0]).toBe('age')
  },
)

test('two institutions whose names look alike are told apart on the page', { timeout: 60_000 }, async () => {
  const a = await openHospital('Aue')
  const others = [strange('Charité Berlin'), strange('Chаritе Веrlin')]
  for (const { invitation } of others) await a.call('peers.confirm', { code: invitation })
  const members = [await own(a), ...others.map(({ member }) => member)]
  const { id: study } = await a.call('studies.propose', aDraft(members))
  const { text } = await a.call('consents.page', { study })
  expect(text).toContain('are two institutions whose names look alike')
  for (const { member } of others) expect(text).toContain(`(key ${member.id})`)
  const { a: calm, members: plain } = await knowingTwo()
  const { id } = await calm.call('studies.propose', aDraft(plain))
  expect((await calm.call('consents.page', { study: id })).text).not.toContain('look alike')
})

test('the terminal gets no code of a text', async () => {
  const written: string[] = []
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = (chunk: string | Uint8Array) => written.push(String(chunk)) > 0
  say('Harmless.\u001b[2J\u001b[8m\u202e')
  process.stdout.write = write
  expect(written).toEqual(['Harmless.\ufffd[2J\ufffd[8m\ufffd\n'])
  expect(await listenTo(async () => say('as it is'))).toBe('as it is')
})
