import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readDirectly } from './desk.ts'
import { csvSeeds, dicomSeeds, fuzz } from './fuzz.ts'

const dicom = dicomSeeds()
if (dicom.length === 0)
  console.warn('Skipped: the shared data folder is not beside this checkout, so no DICOM file is broken')

test('a broken file ends in a table or a reason', { timeout: 120_000 }, async () => {
  const report = await fuzz(csvSeeds(), 1500, 1)
  expect(report.examples).toEqual([])
  expect([report.tables + report.refused, report.foreign]).toEqual([1500, 0])
  expect(report.tables).toBeGreaterThan(500)
  expect(report.slowestMs).toBeLessThan(20_000)
})

test.skipIf(dicom.length === 0)(
  'a broken DICOM file ends in a row or a reason',
  { timeout: 120_000 },
  async () => {
    const report = await fuzz(dicom, 1000, 2, { kind: 'dicom' })
    expect(report.examples).toEqual([])
    expect([report.tables + report.refused, report.foreign]).toEqual([1000, 0])
    expect(report.slowestMs).toBeLessThan(20_000)
  },
)

const word = fc
  .string({
    // Letters beyond ASCII stand as languages have them: of any others nobody could say which encoding they are in.
    unit: fc.constantFrom('a', 'b', 'B', 'straße', 'café', '"', ',', ';', '|', ' ', '\n', '.'),
    minLength: 1,
    maxLength: 6,
  })
  .map((text) => `w${text}w`)
const KINDS = {
  integer: fc.integer({ min: -1_000_000, max: 1_000_000 }),
  real: fc.integer({ min: -1_000_000, max: 1_000_000 }).map((value) => value / 16 + 1 / 32),
  word,
  date: fc
    .integer({ min: 0, max: 20_000 })
    .map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10)),
} as const
type Kind = keyof typeof KINDS

const tables = fc
  .array(fc.constantFrom(...(Object.keys(KINDS) as Kind[])), { minLength: 2, maxLength: 6 })
  .chain((kinds) =>
    fc.record({
      kinds: fc.constant(kinds),
      rows: fc.array(
        fc.tuple(
          ...kinds.map((kind) => fc.option(KINDS[kind] as fc.Arbitrary<number | string>, { freq: 8 })),
        ),
        { minLength: 8, maxLength: 30 },
      ),
    }),
  )
const dialects = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '|', '^', '~'),
  end: fc.constantFrom('\n', '\r\n', '\r'),
  decimal: fc.constantFrom('.', ','),
  thousands: fc.constantFrom('', 'group'),
  order: fc.constantFrom('ymd', 'dmy', 'mdy'),
  encoding: fc.constantFrom('utf8', 'utf16le', 'latin1'),
  missing: fc.constantFrom('', 'NA', '?', 'null'),
  quoteAll: fc.boolean(),
  trailing: fc.boolean(),
})
type Typed = typeof tables extends fc.Arbitrary<infer T> ? T : never
type Way = typeof dialects extends fc.Arbitrary<infer T> ? T : never

function written(value: number | string | null, kind: Kind, way: Way): string {
  if (value === null) return way.missing
  if (kind === 'date') return dateIn(String(value), way.order)
  if (typeof value === 'string') return value
  const [whole = '', part] = String(value).split('.')
  const group = way.thousands === '' ? '' : way.decimal === '.' ? ',' : '.'
  const grouped = group === '' ? whole : whole.replace(/\B(?=(\d{3})+$)/g, group)
  return part === undefined ? grouped : `${grouped}${way.decimal}${part}`
}

function dateIn(iso: string, order: string): string {
  const [year = '', month = '', day = ''] = iso.split('-')
  return order === 'ymd' ? iso : order === 'dmy' ? `${day}.${month}.${year}` : `${month}/${day}/${year}`
}

/** The table as a program writes it in this dialect. */
function fileOf(header: readonly string[], { kinds, rows }: Typed, way: Way): Buffer {
  const lines = [
    header,
    ...rows.map((row) => row.map((value, index) => written(value, kinds[index] ?? 'word', way))),
  ]
  const quoted = (cell: string) =>
    way.quoteAll || /[",;|\t\n\r^~' ]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
  const text =
    lines.map((line) => line.map(quoted).join(way.delimiter)).join(way.end) + (way.trailing ? way.end : '')
  const mark = way.encoding === 'utf16le' ? '\uFEFF' : ''
  return Buffer.from(mark + text, way.encoding as BufferEncoding)
}

/** What a table alone cannot tell is told: dates that fit two orders, numbers that fit two ways of writing them. */
function toldOf(way: Way) {
  const { decimal, order: dateOrder } = way
  const thousands = way.thousands === '' ? '' : decimal === '.' ? ',' : '.'
  return { decimal, dateOrder, thousands, delimiter: way.delimiter as ',' } as const
}

/** How many rows at the end have nothing in any cell, as they are written. */
function emptyAtEnd({ rows }: Typed, way: Way): number {
  const filled = rows.findLastIndex((row) => way.missing !== '' || row.some((value) => value !== null))
  return rows.length - 1 - filled
}

test(
  'any typed table comes back from any dialect that it can be told from, but for empty lines at its end, which are listed',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(tables, dialects, async (typed, way) => {
        const header = typed.kinds.map((kind, index) => `${kind} ${index}`)
        const file = fileOf(header, typed, way)
        const dialect = toldOf(way)
        const read = (take: 'blanks'[]) => readDirectly(file, 1 << 20, { dialect: { ...dialect, take } })
        const empty = emptyAtEnd(typed, way)
        const kept = typed.rows.slice(0, typed.rows.length - empty)
        if (kept.length === 0) await expect(read([])).rejects.toMatchObject({ code: 'file-no-rows' })
        else {
          const table = await read([])
          expect(table.names).toEqual(header)
          expect(table.rows).toEqual(kept)
          const listed = table.preview?.shape?.leftOut.map(({ kind, count }) => ({ kind, count }))
          expect(listed).toEqual(empty > 0 ? [{ kind: 'blanks', count: empty }] : [])
        }
        if (empty > 0) expect((await read(['blanks'])).rows).toEqual(typed.rows)
      }),
      { numRuns: 200 },
    )
  },
)
