import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { admit } from '#headless/demo/admission.ts'
import { createDesk } from '#headless/demo/desk.ts'
import { materialFrom } from '#headless/demo/prepare.ts'
import { readInside } from '#import/inside.ts'

// What a demo makes of a folder that somebody has: tables as hospitals have them, one of them often wrong.

let folder = ''
let said: string[] = []
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'murmuration-folders-'))
  mkdirSync(path.join(folder, 'data'))
  said = []
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0)
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

/** Sixty patients, of whom a third had a fall; half of them live alone. */
function aTable({
  fell = ['1', '0'],
  alone = ['J', 'N'],
  header = 'alter,puls,allein,sturz',
  age = (at: number) => String(60 + (at % 30)),
} = {}): string {
  const rows = Array.from({ length: 60 }, (_, at) => {
    const [yes, no] = fell
    return [age(at), 58 + ((at * 7) % 41), alone[at % 2], at % 3 === 0 ? yes : no].join(',')
  })
  return [header, ...rows, ''].join('\n')
}

function declare(rules: object = {}) {
  const study = {
    name: 'Falls',
    purpose: 'Who falls.',
    references: {},
    variables: [
      { type: 'number', name: 'age', unit: 'a', low: 18, high: 110 },
      { type: 'number', name: 'pulse', unit: '/min', low: 30, high: 220 },
      { type: 'boolean', name: 'alone' },
    ],
    outcome: { task: 'binary', name: 'fall', positive: 'fell' },
    plan: {
      ...{ model: { kind: 'linear' }, intercept: 'shared', l2: 0.01, outer: { kind: 'average' }, rounds: 2 },
      local: { optimizer: 'sgd', learningRate: 0.1, batch: 32, steps: 5 },
    },
    privacy: { kind: 'masked' },
    rules: {
      ...{ minimumSum: 3, weightBands: [20, 40, 80], minimumRows: 20, lastRound: 9 },
      pace: { answer: 60_000, compute: 60_000, exchange: 30_000 },
      ...rules,
    },
  }
  const mapping = {
    variables: {
      age: { column: 'alter' },
      pulse: { column: 'puls' },
      alone: { column: 'allein', values: { J: 'yes', N: 'no' } },
    },
    outcome: { rule: 'equals', column: 'sturz', positive: ['1'] },
    holdout: { kind: 'share', share: 0.25 },
  }
  writeFileSync(
    path.join(folder, 'study.json'),
    JSON.stringify({ format: 1, study, mappings: { default: mapping } }),
  )
}

/** What the demo takes of these files, as hospital and rows; what it says is in `said`. */
async function admitted(files: Record<string, string | Uint8Array>, rules: object = {}) {
  declare(rules)
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, 'data', name), content)
  const material = materialFrom(path.join(folder, 'data'), path.join(folder, 'study.json'), null)
  const desk = createDesk(folder, readInside)
  try {
    const { study, tables } = await admit(desk, folder, material)
    return { study, hospitals: tables.map(({ name, rows }) => `${name} ${rows}`) }
  } finally {
    await desk.close()
  }
}

const three = { 'Aare.csv': aTable(), 'Inn.csv': aTable(), 'Rhone.csv': aTable() }

test('tables are read as import reads them, and hidden files are no hospitals', async () => {
  const latin = aTable({ fell: ['1', '0'], alone: ['J', 'N'] })
    .replace('alter', 'größe,alter')
    .replaceAll('\n6', '\nZürich,6')
  const swiss = `sep=;\n${aTable()
    .replaceAll(',', ';')
    .replaceAll(/^(\d+);/gm, '$1,5;')}`
  const files = {
    ...three,
    'Inn.csv': Buffer.from(latin.replaceAll('\n7', '\nBülach,7').replaceAll('\n8', '\nGenève,8'), 'latin1'),
    'Rhone.csv': swiss,
    '._Aare.csv': Buffer.from([0, 5, 22, 7, 0, 2, 0, 0]),
    '.Rhone.csv.swp': 'x',
  }
  const { hospitals } = await admitted(files)
  expect(hospitals).toEqual(['Aare 60', 'Inn 60', 'Rhone 60'])
  expect(said.join('')).toMatch(/Inn: Its letters are read as windows-1252/)
  expect(said.join('')).not.toMatch(/left out/)
})

test('one hospital that does not fit is left out with its reason, and the others go on', async () => {
  const files = {
    ...three,
    'Doubs.csv': aTable({ fell: ['1', 'lost'] }),
    'Orbe.csv': 'nothing here',
    'Limmat.csv': aTable({ age: (at) => `19${10 + (at % 30)}-05-0${1 + (at % 9)}` }),
    'Sihl.csv': aTable({ fell: ['', ''] }),
  }
  const { hospitals, study } = await admitted(files)
  expect(hospitals).toEqual(['Aare 60', 'Inn 60', 'Rhone 60'])
  expect(Object.keys(study.testRows)).toContain('Rhone')
  const text = said.join('')
  expect(text).toMatch(/Doubs is left out; its table does not fit the study:/)
  expect(text).toContain('40 x "lost"')
  expect(text).toContain('mappings, byHospital, "Doubs", outcome')
  expect(text).toMatch(
    /Limmat is left out.*\n *Of "age", 60 of 60 values \(100\.0%\) cannot be read as a number\. The values of its column "alter" are dates\./,
  )
  expect(text).toMatch(
    /Sihl is left out.*\n *0 rows to train on.* 60 rows are left out for want of a value of "fall"\./,
  )
  expect(text).toMatch(/Orbe is left out/)
})

test('columns under other names are told by the nearest that there are', async () => {
  const files = { ...three, 'Doubs.csv': aTable({ header: 'Alter,Pulse,allein,outcome' }) }
  await admitted(files)
  const text = said.join('')
  expect(text).toContain('has no column "alter". It has "Alter".')
  expect(text).toContain('has no column "puls". It has "Pulse".')
  expect(text).toContain('has no column "sturz".\n')
})

test('where too few hospitals remain, the demo ends before any is started', async () => {
  const files = { ...three, 'Rhone.csv': aTable({ alone: ['1', '2'] }) }
  await expect(admitted(files)).rejects.toMatchObject({
    code: 'not-available',
    message: expect.stringMatching(/^2 of 3 hospitals can take part, and this study needs 3/),
  })
  expect(said.join('')).toContain('30 x "2"')
})

test('a study that asks for fewer rows than the floor is rehearsed with the floor, and says so', async () => {
  const { study } = await admitted(three, { minimumRows: 8 })
  expect(study.study.rules.minimumRows).toBe(20)
  expect(said.join('')).toMatch(/lets 8 rows of a hospital be enough; 20 are the fewest/)
})

test('a study that nobody could run is refused with its fault', async () => {
  await expect(admitted(three, { lastRound: 3 })).rejects.toMatchObject({
    code: 'study-bad',
    message: expect.stringMatching(/last round must be at least 4/),
  })
})
