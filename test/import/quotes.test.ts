import { expect, test } from 'vitest'
import { readDirectly } from './desk.ts'
import { numbersOf } from './fuzz.ts'
import { countLosses } from './known-losses.ts'

const DELIMITERS = [',', ';', '\t', '|'] as const
/** What people write with quotes that are none, in the middle of a cell or at its end. */
const MARKS = [
  `5'10"`,
  `tube of 3"`,
  `he said "no" then`,
  `12°30'15"`,
  `3" x 4"`,
  `O'Brien "Jo"`,
  `"`,
  `15"-17"`,
]

test('quotes in the middle or at the end of cells never decide where a table is cut', async () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const next = numbersOf(seed)
    const pick = <T>(all: readonly T[]): T => all[Math.floor(next() * all.length)] ?? all[0]!
    const delimiter = pick(DELIMITERS)
    const marks = Array.from({ length: 8 }, () => (next() < 0.6 ? pick(MARKS.slice(0, 6)) : 'plain'))
    const lines = marks.map((mark, row) => [`P${row}`, mark, 40 + row].join(delimiter))
    const { names, rows } = await readDirectly(['id', 'note', 'age'].join(delimiter) + '\n' + lines.join('\n')) // prettier-ignore
    expect([seed, names]).toEqual([seed, ['id', 'note', 'age']])
    expect(rows).toEqual(marks.map((mark, row) => [`P${row}`, mark, 40 + row]))
  }
})

test('quotes that begin most cells and end within them are signs like others', async () => {
  const lines = MARKS.map((_, row) => `P${row};"Team ${row}" north;${40 + row}`)
  const { rows, rejectedCount } = await readDirectly(['id;team;age', ...lines].join('\n'))
  expect([rejectedCount, rows.map(([, team]) => team)]).toEqual([
    0,
    MARKS.map((_, row) => `"Team ${row}" north`),
  ])
})

const PATIENTS = Array.from({ length: 12 }, (_, row) => `P${row},"ward ${row}",${40 + row}`)

test('a quote that was never closed swallows no patients without a word', async () => {
  const lines = ['id,note,age', ...PATIENTS]
  lines[4] = 'P3,"left open,43'
  lines[5] = 'P4,plain,44'
  lines[6] = 'P5,plain,45'
  lines[7] = 'P6,closed by chance",46'
  const { rows, rejected } = await readDirectly(lines.join('\n'))
  expect(rows).toHaveLength(8)
  expect(rejected.map(({ line }) => line)).toEqual([5, 6, 7, 8])
  expect(rejected[0]?.reason).toContain('each looks like a row')
})

test('a note of several lines in quotes is one cell, whatever commas it has', async () => {
  const lines = ['id,note,age', ...PATIENTS]
  lines[4] = 'P3,"pain, severe\nfever, mild",43'
  const { rows, rejectedCount } = await readDirectly(lines.join('\n'))
  expect([rows.length, rejectedCount, rows[3]]).toEqual([12, 0, ['P3', 'pain, severe\nfever, mild', 43]])
})

test('lines that are in quotes as a whole are a table, however they come', async () => {
  const lines = ['id,note,age', 'P1,a "" b,41', 'P2,c,42', 'P3,d,43'].map((line) => `"${line}"`)
  for (const end of ['\n', '\r\n', '\r'])
    for (const step of [1, 7, 1 << 20]) {
      const { names, rows } = await readDirectly(lines.join(end) + end, step)
      expect(names).toEqual(['id', 'note', 'age'])
      expect(rows).toEqual([
        ['P1', 'a " b', 41],
        ['P2', 'c', 42],
        ['P3', 'd', 43],
      ])
    }
  const people = ['name', 'Doe, Jo', 'Ray, Al'].map((line) => `"${line}"`)
  expect((await readDirectly(people.join('\n'))).rows).toEqual([['Doe, Jo'], ['Ray, Al']])
})

test('years over numbers name their columns, and numbers over numbers do not', async () => {
  const { names, preview } = await readDirectly('ward,2019,2020,2021\nA,31,42,53\nB,11,12,13\nC,21,32,23\n')
  expect(names).toEqual(['ward', '2019', '2020', '2021'])
  expect(preview?.shape?.headerInDoubt).toBe(true)
  const plain = await readDirectly('A,1931,1942,x\nB,1951,1962,y\nC,1971,1972,z\n')
  expect(plain.rows).toHaveLength(3)
})

test('lines that a quote below the header swallows are all listed, and so is a header longer than the rows', async () => {
  const rows = ['P2;42;6.5;2024-01-03', 'P3;43;7.5;2024-01-04', 'P4;44;8.5;2024-01-05']
  const lines = ['id;age;crp;day', ';years;mg/L;"', 'P1;41;5.5;2024-01-02"', ...rows]
  const { preview } = await readDirectly(lines.join('\n'))
  expect(preview?.shape?.leftOut).toEqual([{ kind: 'units', count: 2, lines: [2, 3] }])
  // Files that the fuzz found: their headers run into the first rows.
  for (const seed of [6659, 11_004, 11_378]) expect((await countLosses(seed, 1)).losses).toEqual([])
})
