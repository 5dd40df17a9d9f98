import { readFileSync } from 'node:fs'
import path from 'node:path'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import type { Cell } from '#domain/dataset.ts'
import { ReadOptions } from '#domain/importing.ts'
import { readDirectly } from './desk.ts'

// Files as hospitals send them. What each comes to was told by pandas, DuckDB or Python's csv: see torture/generate.py.
const Case = v.strictObject({
  name: v.string(),
  bytes: v.string(),
  by: v.picklist(['pandas', 'csv', 'duckdb']),
  rows: v.array(v.array(v.nullable(v.union([v.string(), v.number()])))),
  names: v.optional(v.array(v.string())),
  options: v.optional(ReadOptions),
  refused: v.optional(v.number()),
})
type Case = v.InferOutput<typeof Case>

const file = path.join(import.meta.dirname, 'torture', 'testdata', 'corpus.json')
const corpus = v.parse(v.array(Case), JSON.parse(readFileSync(file, 'utf8')))

interface Read {
  readonly names: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
  readonly rejectedCount: number
}
type Importer = (one: Case) => Promise<Read>

const ours: Importer = ({ bytes, options }) =>
  readDirectly(Buffer.from(bytes, 'base64'), 1 << 20, options ?? {})

async function isRight(importer: Importer, one: Case): Promise<boolean> {
  try {
    const { names, rows, rejectedCount } = await importer(one)
    expect({ names: one.names ? names : undefined, rows, refused: rejectedCount }).toEqual({
      names: one.names,
      rows: one.rows,
      refused: one.refused ?? 0,
    })
    return true
  } catch {
    return false
  }
}

test(`there are at least sixty files`, () => {
  expect(corpus.length).toBeGreaterThanOrEqual(60)
  expect(new Set(corpus.map(({ name }) => name)).size).toBe(corpus.length)
})

test.each(corpus.map((one) => [one.name, one.by, one] as const))(
  '%s (as %s reads it)',
  async (_, __, one) => {
    const { names, rows, rejectedCount } = await ours(one)
    if (one.names) expect(names).toEqual(one.names)
    expect(rows).toEqual(one.rows)
    expect(rejectedCount).toBe(one.refused ?? 0)
  },
)

test.each([1, 3, 100])(
  'cut into pieces of %i bytes, every file comes to the same',
  { timeout: 120_000 },
  async (step) => {
    for (const one of corpus.filter(({ bytes }) => bytes.length < 4000)) {
      const table = await readDirectly(Buffer.from(one.bytes, 'base64'), step, one.options ?? {})
      expect([one.name, table.rows]).toEqual([one.name, one.rows])
    }
  },
)

/** Importers that are each broken in one way: the right one told something wrong of the file. */
const withDialect =
  (dialect: NonNullable<ReadOptions['dialect']>): Importer =>
  ({ bytes, options }) =>
    readDirectly(Buffer.from(bytes, 'base64'), 1 << 20, {
      ...options,
      dialect: { ...options?.dialect, ...dialect },
    })
const broken: Record<string, Importer> = {
  'knows commas only': withDialect({ delimiter: ',' }),
  'knows semicolons only': withDialect({ delimiter: ';' }),
  'knows no quotes': withDialect({ quote: '' }),
  'knows double quotes only': withDialect({ quote: '"', escape: 'double' }),
  'always takes a header': withDialect({ header: true }),
  'never takes a header': withDialect({ header: false }),
  'knows decimal points only': withDialect({ decimal: '.', thousands: '' }),
  'knows decimal commas only': withDialect({ decimal: ',' }),
  'reads the day first': withDialect({ dateOrder: 'dmy' }),
  'reads the month first': withDialect({ dateOrder: 'mdy' }),
  'skips no line': withDialect({ skip: 0 }),
  'skips a line': withDialect({ skip: 1 }),
  'fills short lines': withDialect({ short: 'fill' }),
  'refuses short lines': withDialect({ short: 'refuse' }),
  'knows no row names': withDialect({ rowNames: false }),
  'reads every file as UTF-8': ({ bytes, options }) =>
    readDirectly(Buffer.from(bytes, 'base64'), 1 << 20, { ...options, encoding: 'utf-8' }),
  'reads every file as Windows-1252': ({ bytes, options }) =>
    readDirectly(Buffer.from(bytes, 'base64'), 1 << 20, { ...options, encoding: 'windows-1252' }),
  'ignores what it is told': ({ bytes }) => readDirectly(Buffer.from(bytes, 'base64')),
  'types nothing': async (one) => {
    const { names } = await ours(one)
    const edits = names.map((column) => ({ column, type: 'text' as const }))
    return readDirectly(Buffer.from(one.bytes, 'base64'), 1 << 20, one.options ?? {}, edits)
  },
  'splits lines at commas': async ({ bytes }) => {
    const lines = Buffer.from(bytes, 'base64').toString('utf8').split('\n')
    const [names = [], ...rows] = lines.map((line) => line.split(','))
    return { names, rows, rejectedCount: 0 }
  },
  'loses the last row': async (one) => {
    const table = await ours(one)
    return { ...table, rows: table.rows.slice(0, -1) }
  },
}

test(
  'every file finds an importer that is broken in a way that it is there for',
  { timeout: 120_000 },
  async () => {
    const found = new Map(corpus.map(({ name }) => [name, [] as string[]]))
    const idle: string[] = []
    for (const [name, importer] of Object.entries(broken)) {
      const before = [...found.values()].flat().length
      for (const one of corpus) if (!(await isRight(importer, one))) found.get(one.name)?.push(name)
      if ([...found.values()].flat().length === before) idle.push(name)
    }
    // Losing a row and splitting lines break everything: they do not count.
    const crude = new Set(['loses the last row', 'splits lines at commas'])
    const unseen = [...found].filter(([, by]) => by.every((one) => crude.has(one))).map(([name]) => name)
    expect(unseen).toEqual([])
    expect(idle).toEqual([])
  },
)
