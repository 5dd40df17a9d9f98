import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import type { StudyDraft } from '#contract/calls.ts'
import type { Mapping } from '#domain/dataset.ts'
import type { Variable } from '#domain/variable.ts'
import { plan } from './together.ts'
import { aMapping } from './a-study.ts'
import { aDraft, decide } from './chest-pain.ts'
import { closeAll, type Hospital, importText, openHospital, pair, until } from './hospital.ts'

/** Every byte that the network of this process hands to a stream, before it is encrypted. */
const wire = vi.hoisted(() => [] as Buffer[])
vi.mock(import('#network/protocols/frames.ts'), async (load) => {
  const real = await load()
  const createFrames: typeof real.createFrames = (stream, maxBytes) => {
    const frames = real.createFrames(stream, maxBytes)
    const write: typeof frames.write = (bytes, within) => {
      wire.push(Buffer.from(bytes))
      return frames.write(bytes, within)
    }
    return { ...frames, write }
  }
  return { ...real, createFrames }
})

const ROWS = 150
const before = process.env.TMPDIR
const folder = mkdtempSync(path.join(tmpdir(), 'murmuration canaries '))
process.env.TMPDIR = path.join(folder, 'tmp')
mkdirSync(process.env.TMPDIR)
afterAll(async () => {
  await closeAll()
  if (before === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = before
  rmSync(folder, { recursive: true, force: true })
})

/** A table of which each measured cell, and each remark, is that of one patient alone. */
function tableOf(hospital: number) {
  const numbers: number[] = []
  const texts: string[] = []
  const lines = Array.from({ length: ROWS }, (_, row) => {
    const place = hospital * ROWS + row
    const age = Number((25 + ((row * 37) % 60) + (100_003 + 17 * place) / 1e6).toFixed(6))
    const marker = Number((40 + ((row * 53) % 90) + (300_007 + 13 * place) / 1e6).toFixed(6))
    const remark = `qx${place}zv came alone after falling down`
    const ward = row < 2 ? `rare${place}ward` : `ward${row % 3}`
    numbers.push(age, marker)
    texts.push(`qx${place}zv`, ...(row < 2 ? [`rare${place}ward`] : []))
    return [age, marker, ward, remark, (row * 7 + (age > 55 ? 3 : 0)) % 5 > 2 ? 1 : 0].join(',')
  })
  return { numbers, texts, text: `age,marker,ward,remark,num\n${lines.join('\n')}\n` }
}

const tables = [0, 1, 2].map(tableOf)
const numbers = tables.flatMap((one) => one.numbers)

function bytesOf(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(value)
  return bytes
}

/** Neighbours of a column as the 32 bits that the trainer reads. */
function pairsOf({ numbers: all }: (typeof tables)[number]): Buffer[] {
  return [0, 1].map((column) =>
    Buffer.from(Float32Array.of(all[column]!, all[column + 2]!, all[column + 4]!).buffer),
  )
}

const needles: readonly Buffer[] = [
  ...numbers.map((one) => Buffer.from(String(one))),
  ...numbers.map(bytesOf),
  ...tables.flatMap(pairsOf),
  ...tables.flatMap((one) => one.texts).flatMap((one) => [Buffer.from(one), Buffer.from(one, 'utf16le')]),
]
/** How many of the canaries are found in bytes. */
const found = (bytes: Buffer) => needles.filter((one) => bytes.includes(one)).length

const byHand: readonly Variable[] = [
  {
    type: 'number',
    name: 'marker',
    label: '',
    unit: null,
    low: 0,
    high: 200,
    outside: 'clip',
    missing: 'mean',
  },
]

/** A study as the form makes it of a dataset, with a person's range where none is known. */
async function draftFrom(hospital: Hospital, dataset: string, members: StudyDraft['members']) {
  const { variables: drafts } = await hospital.call('plans.variables', { dataset, outcome: 'num' })
  const taken = drafts.flatMap((one): Variable[] => {
    const named = { name: one.name, label: '' }
    if (one.type === 'category')
      return [
        { ...named, type: 'category', categories: one.categories, unlisted: 'other', missing: 'indicator' },
      ]
    if (one.low === null || one.high === null) return []
    const { unit, low, high } = one
    return [{ ...named, type: 'number', unit, low, high, outside: 'clip', missing: 'mean' }]
  })
  expect(taken.map((one) => one.name)).toEqual(['age', 'ward'])
  return aDraft(members, {
    variables: [...taken, ...byHand],
    plan: plan({ rounds: 2, gate: 'votes', clipping: 0.01 }),
  })
}

const source = (column: string) => ({ column, missingCodes: [], scale: null, values: null })
const mappingOf = (hospital: number): Mapping =>
  aMapping({
    variables: {
      age: source('age'),
      ward: {
        ...source('ward'),
        missingCodes: tables[hospital]!.texts.filter((one) => one.startsWith('rare')),
      },
      marker: source('marker'),
    },
    outcome: { rule: 'equals', column: 'num', positive: ['1'] },
    holdout: { kind: 'share', share: 0.4 },
    subgroups: ['ward'],
  })

/** What leaves this hospital or lies about: logs, papers, reports, events, what went wrong. */
async function papersOf(hospital: Hospital, study: string, wrong: readonly string[]): Promise<Buffer> {
  const own = (await hospital.call('consents.list', null)).map((one) => one.id)
  const receipts = await Promise.all(
    own.map((id) => hospital.call('consents.receipt', { id }).catch(() => null)),
  )
  const audit = await hospital.call('audit.export', null)
  const texts = JSON.stringify([
    receipts,
    Buffer.from(audit.bytes).toString('utf8'),
    await hospital.call('consents.page', { study }),
    await hospital.call('studies.list', null),
    await hospital.call('notes.list', { study }),
    await hospital.call('results.get', { study }),
    await hospital.call('support.report', null),
    hospital.log,
    hospital.events,
    wrong,
  ])
  return Buffer.from(texts)
}

/** All files below a folder, one after the other. */
function filesBelow(place: string): Buffer[] {
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => readFileSync(path.join(one.parentPath, one.name)))
}

/** Imports that go wrong, with canaries in what is broken. */
async function wrongImports(hospital: Hospital): Promise<string[]> {
  const { text } = tables[0]!
  const broken = [
    text.slice(0, 2000).replace('age,', 'age,age,'),
    `age,marker,ward,remark,num\n"${text}`,
    `PAR1${text.slice(0, 3000)}PAR1`,
    `PK\u0003\u0004${text.slice(0, 3000)}`,
  ]
  const errors = []
  for (const [i, one] of broken.entries())
    errors.push(await importText(hospital, `broken ${i}`, one).then(() => '', String))
  const outcome = { rule: 'above' as const, column: 'remark', threshold: 1 }
  const [dataset] = await hospital.call('datasets.list', null)
  const [study] = await hospital.call('studies.list', null)
  const bad = { study: study!.id, dataset: dataset!.id, mapping: { ...mappingOf(0), outcome } }
  errors.push(await hospital.call('mappings.save', bad).then(() => '', String))
  return errors
}

test(
  'no value of a patient is in what is signed, sent, logged, reported or left in a file',
  { timeout: 300_000 },
  async () => {
    const hospitals = await Promise.all(['Aue', 'Buch', 'Calw'].map((name) => openHospital(name)))
    const [a, b, c] = hospitals as [Hospital, Hospital, Hospital]
    await Promise.all([pair(a, b), pair(a, c), pair(b, c)])
    const members = await Promise.all(
      hospitals.map(async (one) => {
        const { id, name } = await one.call('institution.get', null)
        return { id, name }
      }),
    )
    const datasets = []
    for (const [i, one] of hospitals.entries())
      datasets.push(
        await importText(one, 'patients', tables[i]!.text, null, [{ column: 'remark', action: 'keep' }]),
      )
    // The steward sees them: otherwise nothing would be proven.
    expect(found(Buffer.from(JSON.stringify(datasets)))).toBeGreaterThan(5)

    const { id: study } = await a.call('studies.propose', await draftFrom(a, datasets[0]!.id, members))
    for (const [i, one] of hospitals.entries()) {
      await until(
        () => one.call('studies.list', null),
        (list) => list.some(({ id }) => id === study),
      )
      await one.call('mappings.save', { study, dataset: datasets[i]!.id, mapping: mappingOf(i) })
      await decide(one, study, 'approve')
    }
    await a.call('notes.write', { study, answers: null, text: 'Why the ward?' })
    for (const one of hospitals)
      await until(
        () => one.call('studies.get', { id: study }),
        ({ state }) => state === 'finished',
        120_000,
      )
    const { modelHash } = await a.call('results.get', { study })
    const decidedBy = { name: 'Dr. Berger', role: '', authenticated: 'passphrase' as const }
    // Our own figures are worked out after the last round.
    await until(
      () => a.call('results.publish', { study, model: modelHash!, decidedBy }).then(Boolean, () => false),
      Boolean,
      60_000,
    )
    const wrong = await wrongImports(a)
    expect(wrong.filter((one) => one !== '').length).toBeGreaterThan(2)

    for (const one of hospitals) expect(found(await papersOf(one, study, wrong))).toBe(0)
    await until(async () => wire.some((one) => one.includes('"kind":"figures"')), Boolean)
    const sent = Buffer.concat(wire)
    expect(found(sent)).toBe(0)
    expect(found(Buffer.concat([sent, needles[3]!]))).toBe(1)
    const files = filesBelow(folder)
    expect(files.length).toBeGreaterThan(2)
    for (const one of files) expect(found(one)).toBe(0)
  },
)
