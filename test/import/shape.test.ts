import { expect, test } from 'vitest'
import type { ReadOptions } from '#domain/importing.ts'
import { readDirectly } from './desk.ts'

const PATIENTS = ['A1;71;5,4;f', 'A2;64;6,1;m', 'A3;58;4,9;f', 'A4;80;5,0;m', 'A5;49;7,2;f']
const HEADER = 'pat;age;crp;sex'
const ROWS = [
  ['A1', 71, 5.4, 'f'],
  ['A2', 64, 6.1, 'm'],
  ['A3', 58, 4.9, 'f'],
  ['A4', 80, 5, 'm'],
  ['A5', 49, 7.2, 'f'],
]
const plain = [HEADER, ...PATIENTS]

async function read(lines: readonly string[], dialect: ReadOptions['dialect'] = {}, end = '\n') {
  const table = await readDirectly(lines.join(end), 1 << 20, { dialect })
  const left = table.preview?.shape?.leftOut.map(({ kind, count, lines: at }) => [kind, count, at])
  return { names: table.names, rows: table.rows, left, refused: table.rejectedCount, table }
}
const whole = { names: ['pat', 'age', 'crp', 'sex'], rows: ROWS, refused: 0 }

test.each([
  ['titles padded with delimiters', ['Ward 3;;;', 'March;;;', ';;;', ...plain], [['titles', 3, [1, 2, 3]]]],
  ['titles in two cells', ['Clinic;North;;', 'Month;March;;', ...plain], [['titles', 2, [1, 2]]]],
  ['a title with numbers', ['Unit;6843;X1;6843', ...plain], [['titles', 1, [1]]]],
  ['comments with delimiters', ['# made; by; hand', '# 1.2', ...plain], [['comments', 2, [1, 2]]]],
  [
    'a comment between rows',
    ['% x', '% y', ...plain.slice(0, 3), '% paused', ...plain.slice(3)],
    [['comments', 3, [1, 2, 6]]],
  ],
  ['a rule below the header', [HEADER, '---;---;---;---', ...PATIENTS], [['rules', 1, [2]]]],
  ['joined files', [...plain.slice(0, 3), HEADER, ...plain.slice(3)], [['repeats', 1, [4]]]],
  ['a total at the end', [...plain, 'Total;322;;'], [['totals', 1, [7]]]],
  [
    'a total and empty lines',
    [...plain, ';;;', 'Summe;322;;', ';;;'],
    [
      ['blanks', 2, [7, 9]],
      ['totals', 1, [8]],
    ],
  ],
  [
    'joined files with the header spelt anew',
    [...plain.slice(0, 3), '\f Pat; AGE;crp ;Sex', ...plain.slice(3)],
    [['repeats', 1, [4]]],
  ],
  [
    'statistics at the end',
    [...plain, 'Mean;64,4;5,7;', 'SD;11,9;0,9;', 'Anzahl;5;5;'],
    [['totals', 3, [7, 8, 9]]],
  ],
  [
    'footnotes and the end of a report',
    [...plain, '* haemolysed;;;', '-- End of the report --;;;'],
    [['notes', 2, [7, 8]]],
  ],
  ['another delimiter named', ['sep=,', ...plain], [['titles', 1, [1]]]],
  ['a source at the end', [...plain, 'Source: register;;;'], [['notes', 1, [7]]]],
  ['the delimiter named', ['sep=;', ...plain], [['titles', 1, [1]]]],
  ['the delimiter named in quotes', ['"sep=;"', ...plain], [['titles', 1, [1]]]],
  ['delimiters at the end of rows', [HEADER, ...PATIENTS.map((one) => `${one};;`)], []],
  ['a delimiter at the end of the header', [`${HEADER};`, ...PATIENTS], []],
  ['zero bytes at the end', [...plain, '\0\0\0'], [['end', 3, []]]],
  ['the mark of DOS at the end', [...plain, '\u001a'], [['end', 1, []]]],
])('%s: the table is found, and what was left out is told', async (_, lines, left) => {
  for (const end of ['\n', '\r\n', '\r']) expect(await read(lines, {}, end)).toMatchObject({ ...whole, left })
})

test('a line of units gives the columns their units, and is a row when it is taken in', async () => {
  const lines = [HEADER, ';(years);(mg/L);', ...PATIENTS]
  const found = await read(lines)
  expect(found).toMatchObject({ ...whole, left: [['units', 1, [2]]] })
  expect(found.table.columns.map(({ unit }) => unit)).toEqual([null, 'a', 'mg/L', null])
  expect((await read(lines, { below: 0 })).rows).toHaveLength(6)
})

test('two lines of a header are joined, with groups carried to the right', async () => {
  const found = await read([';Person;;Blood', 'pat;age;sex;crp', 'A1;71;f;5,4', 'A2;64;m;6,1', 'A3;58;f;4,9'])
  expect(found.names).toEqual(['pat', 'Person age', 'Person sex', 'Blood crp'])
  expect(found.rows).toHaveLength(3)
})

test.each([
  ['comments', ['#A0;1;2,0;f', '#A9;3;4,0;f', ...PATIENTS], { comment: '' } as const],
  ['repeats', [...plain, HEADER], { take: ['repeats'] } as const],
  ['totals', [...plain, 'Total;322;1;x'], { take: ['totals'] } as const],
  ['rules', [...plain, '---;---;---;---'], { take: ['rules'] } as const],
  ['blanks', [...plain, ';;;'], { take: ['blanks'] } as const],
  ['notes', [...plain, 'Source: x;;;'], { take: ['notes'] } as const],
])('what was left out as %s is taken in with one word', async (kind, lines, dialect) => {
  const [out, taken] = [
    await read(lines),
    await read(lines, { ...dialect, take: [...('take' in dialect ? dialect.take : [])] }),
  ]
  expect(out.left?.some(([one]) => one === kind)).toBe(true)
  expect(taken.left?.some(([one]) => one === kind)).toBe(false)
  expect(taken.rows.length).toBeGreaterThan(out.rows.length)
})

test('titles are taken in as the header, or as rows', async () => {
  const titled = ['Ward 3;;;', ...plain]
  expect((await read(titled, { skip: 0 })).names[0]).toContain('Ward 3')
  expect((await read(titled, { skip: 0, header: false, below: 0 })).rows).toHaveLength(7)
})

test.each([
  ['a patient with a word where numbers are', [HEADER, 'A0;pending;5,0;f', ...PATIENTS], 6],
  ['totals within the table', [...plain, 'Total;1;2,0;f', 'A9;1;2,0;f'], 7],
  ['a value that is total in a column of such', ['kind;age', 'total;3', 'direct;4', 'total;5'], 3],
  ['patients twice', [...plain, ...PATIENTS], 10],
  ['a patient with an empty line of cells between', [...plain.slice(0, 3), ';;;', ...plain.slice(3)], 6],
  ['a patient of dashes in one cell', [...plain, 'A9;---;5,0;m'], 6],
])('%s: no patient is left out', async (_, lines, rows) => {
  const found = await read(lines)
  expect([found.rows.length, found.left, found.refused]).toEqual([rows, [], 0])
})

test.each([
  ['times of day', ['seen', '08:30', '09:45', '10:15']],
  ['times of day without a name', ['08:30', '09:45', '10:15']],
  ['days and times', ['seen at', '2024-01-10 00:15', '2024-01-11 01:15', '2024-01-12 02:15']],
  ['durations', ['stay', '1:02:03', '0:59:10', '10:00:00']],
  ['ratios', ['titre', '1:64', '1:128', '1:32']],
  ['words', ['diagnosis', 'acute failure', 'heart attack', 'old stroke']],
  ['words with commas', ['signs', 'fever, cough', 'pain, fever', 'rash, fever']],
  ['decimal commas', ['crp', '5,4', '6,1', '4,9']],
  ['long days', ['admitted', 'April 10, 2023', 'April 11, 2023', 'May 2, 2023']],
])('one column of %s stays one column', async (_, lines) => {
  expect((await read(lines)).names).toHaveLength(1)
})

test('growing numbers over the names of rows are a header, and it is said that this is doubtful', async () => {
  const counts = await read([';2019;2020;2021', 'North;5;7;9', 'South;6;6;2', 'West;4;4;4'])
  expect([counts.names[1], counts.rows.length]).toEqual(['2019', 3])
  expect(counts.table.preview?.shape?.headerInDoubt).toBe(true)
  // A first patient has a name.
  expect((await read(['A0;1;2;3', 'A1;5;7;9', 'A2;6;6;2'])).rows).toHaveLength(3)
})

test('a header whose first cell is empty is no title', async () => {
  const found = await read(['"","said"', '"1","first words"', '"2","other words"', '"3","last words"'])
  expect([found.names, found.rows.length]).toEqual([['column 1', 'said'], 3])
})

test('quotes without a partner in a file of tabs are letters', async () => {
  const lines = ['id\tname\tn', '1\t"half\t3', '2\t5" tube\t4', '3\tplain\t5', '4\tend"\t6']
  const found = await read(lines)
  expect([found.rows.length, found.refused]).toEqual([4, 0])
  expect(found.rows[0]).toEqual([1, '"half', 3])
  // Quotes that have partners are none.
  const paired = await read(['id\tname', '1\t"a\tb"', '2\t"c"', '3\tplain'])
  expect(paired.rows[0]).toEqual([1, 'a\tb'])
})

test('zero bytes within a text are no text', async () => {
  await expect(readDirectly('a,b\n1,2\n\0\0\n3,4\n')).rejects.toThrow('not text')
})

test('where only words stand, it is said that the header is told by its look', async () => {
  const words = await read(['kind;site', 'stroke;left', 'tumour;right', 'bleed;both'])
  expect(words.table.preview?.shape?.headerInDoubt).toBe(true)
  expect((await read(plain)).table.preview?.shape?.headerInDoubt).toBe(false)
})

test('a header that comes again behind the mark of a second file is no row', async () => {
  const { rows, preview } = await readDirectly('\ufeffid,x\n1,2\n\ufeffid,x\n3,4\n5,6\n')
  expect(rows).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
  ])
  expect(preview?.shape?.leftOut).toEqual([{ kind: 'repeats', count: 1, lines: [3] }])
})
