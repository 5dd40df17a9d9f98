import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import * as v from 'valibot'
import { madeTable } from '../../import/made-tables.ts'

/** A file and the table that is in it. */
export interface Shaped {
  readonly group: 'cases' | 'corpus' | 'made' | 'published'
  readonly name: string
  readonly path: string
  readonly rows: number
  readonly columns: number
  /** Null where it is not known how the columns are called. */
  readonly names: readonly string[] | null
}

const Published = v.array(
  v.object({ name: v.string(), path: v.string(), rows: v.number(), columns: v.number() }),
)
const Expected = v.object({
  options: v.optional(v.record(v.string(), v.unknown())),
  expected: v.object({
    names: v.optional(v.array(v.string())),
    rows: v.optional(v.array(v.array(v.unknown()))),
    rowCount: v.optional(v.number()),
  }),
})
const Corpus = v.array(
  v.object({
    name: v.string(),
    bytes: v.string(),
    names: v.optional(v.array(v.string())),
    rows: v.array(v.array(v.unknown())),
    options: v.optional(v.unknown()),
  }),
)
const here = import.meta.dirname

/** The python that has the other readers: the one that MURMURATION_PYTHON names, or the first on the path. */
export const python = process.env['MURMURATION_PYTHON'] ?? 'python3'

/** Runs the script of the other readers. Throws where there is no python. */
export function askOthers(args: readonly string[]): unknown {
  const script = path.join(here, 'others.py')
  const said = execFileSync(python, [script, ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    timeout: 600_000,
  })
  return JSON.parse(said)
}

/** Odd tables that lie beside this checkout, with the table that each holds. */
export function caseFiles(): Shaped[] {
  const folder = path.resolve(here, '../../../../shared/cases')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((file) => /^S\d.*\.(?:csv|tsv|txt)$/.test(file))
    .flatMap((file): Shaped[] => {
      const base = path.parse(file).name
      const text = readFileSync(path.join(folder, `${base}.expected.json`), 'utf8')
      const { names, rows, rowCount } = v.parse(Expected, JSON.parse(text)).expected
      const count = rows?.length ?? rowCount
      const columns = rows?.[0]?.length ?? names?.length
      if (count === undefined || columns === undefined) return []
      return [
        {
          group: 'cases',
          name: base,
          path: path.join(folder, file),
          rows: count,
          columns,
          names: names ?? null,
        },
      ]
    })
}

/** The files of our own corpus that need no word of a person. */
export function corpusFiles(folder: string): Shaped[] {
  const file = path.resolve(here, '../../import/torture/testdata/corpus.json')
  return v
    .parse(Corpus, JSON.parse(readFileSync(file, 'utf8')))
    .filter(({ options }) => options === undefined)
    .map(({ name, bytes, names, rows }, at) => {
      const place = path.join(folder, `corpus${at}.csv`)
      writeFileSync(place, Buffer.from(bytes, 'base64'))
      return {
        group: 'corpus',
        name,
        path: place,
        rows: rows.length,
        columns: rows[0]?.length ?? 0,
        names: names ?? null,
      }
    })
}

/** Tables with odd things around them, whose maker knows what is in them. */
export function madeFiles(folder: string, count: number): Shaped[] {
  return Array.from({ length: count }, (_, at) => {
    const { name, text, rows, columns, names } = madeTable(10_000 + at)
    const place = path.join(folder, `made${at}.csv`)
    writeFileSync(place, text)
    return { group: 'made', name, path: place, rows, columns, names }
  })
}

/** Files that are none of ours, with the size that their documentation gives. */
export function publishedFiles(folder: string): Shaped[] {
  return v
    .parse(Published, askOthers(['--published', folder]))
    .map((one) => ({ ...one, group: 'published', names: null }))
}
