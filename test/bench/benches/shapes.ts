import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as v from 'valibot'
import { readDirectly } from '../../import/desk.ts'
import { brokenTable } from '../../import/made-tables.ts'
import { lostCells } from '../../import/told.ts'
import type { Bench, Figures } from '../bench.ts'
import { askOthers, caseFiles, corpusFiles, madeFiles, publishedFiles, type Shaped } from '../shapes/files.ts'

const Answers = v.record(
  v.string(),
  v.array(v.nullable(v.object({ names: v.array(v.string()), rows: v.number() }))),
)
type Answer = v.InferOutput<typeof Answers>[string][number]

const GROUPS = ['cases', 'corpus', 'made', 'published'] as const
/** Broken files that are read for silent losses. */
const BROKEN = Number(process.env['BROKEN'] ?? 2000)
const skip = (what: string) => process.stderr.write(`SKIPPED: ${what}\n`)

/** Whether a reader found the table: as many rows and columns, and the names where they are known. */
function isRight(answer: Answer | undefined, { rows, columns, names }: Shaped): boolean {
  if (!answer || answer.rows !== rows || answer.names.length !== columns) return false
  return names === null || names.every((name, at) => (answer.names[at] ?? '').trim() === name)
}

interface Ours {
  readonly answer: Answer
  /** Something on the screen says what was left out, refused or is in doubt. */
  readonly isTold: boolean
}

async function ours({ path: place }: Shaped): Promise<Ours> {
  try {
    const { names, rows, rejectedCount, preview, notes } = await readDirectly(readFileSync(place))
    const { leftOut = [], headerInDoubt = false } = preview?.shape ?? {}
    const isTold = rejectedCount > 0 || leftOut.length > 0 || headerInDoubt || notes.length > 0
    // A column that says which numbers are limits is made by us: it is none of the shape.
    const found = names.filter((name) => !name.endsWith(' (limits)'))
    return { answer: { names: found, rows: rows.length }, isTold }
  } catch {
    return { answer: null, isTold: true }
  }
}

function published(folder: string): Shaped[] {
  try {
    const files = publishedFiles(folder)
    if (files.length === 0) skip('the Python package pydataset is not here, so no published file is read')
    return files
  } catch {
    skip('there is no Python that could give published files')
    return []
  }
}

function othersOn(files: readonly Shaped[], folder: string): v.InferOutput<typeof Answers> {
  try {
    const list = path.join(folder, 'files.json')
    writeFileSync(list, JSON.stringify(files.map((one) => one.path)))
    const answers = v.parse(Answers, askOthers([list]))
    for (const tool of ['DuckDB', 'pandas', 'CleverCSV']) if (!answers[tool]) skip(`${tool} is not here`)
    return answers
  } catch {
    skip('there is no Python that could run DuckDB, pandas and CleverCSV')
    return {}
  }
}

function shareOf(files: readonly Shaped[], answers: readonly (Answer | undefined)[]): Figures {
  return Object.fromEntries(
    GROUPS.map((group) => {
      const some = files.map((file, at) => ({ file, at })).filter(({ file }) => file.group === group)
      const right = some.filter(({ file, at }) => isRight(answers[at], file)).length
      return [group, `${right} of ${some.length}`]
    }),
  )
}

async function losses(count: number): Promise<Figures> {
  let [tables, lost] = [0, 0]
  for (let seed = 1; seed <= count; seed += 1) {
    const found = await lostCells(brokenTable(1_000_000 + seed))
    if (found) tables += 1
    if (found && found.length > 0) lost += 1
  }
  return { 'broken files': count, 'of them tables': tables, 'broken files with a silent loss': lost }
}

function figuresOf(
  files: readonly Shaped[],
  read: readonly Ours[],
  table: Readonly<Record<string, readonly (Answer | undefined)[]>>,
): Figures {
  const figures: Record<string, number | string> = { files: files.length }
  for (const [tool, answers] of Object.entries(table))
    for (const [group, share] of Object.entries(shareOf(files, answers))) figures[`${tool}, ${group}`] = share
  const missed = files
    .map((file, at) => ({ file, at }))
    .filter(({ file, at }) => !isRight(read[at]?.answer, file))
  for (const { file } of missed) process.stderr.write(`missed: ${file.group}, ${file.name}\n`)
  const readers = Object.values(table)
  figures['published files whose documentation no reader agrees with'] = missed.filter(
    ({ file, at }) => file.group === 'published' && readers.every((answers) => !isRight(answers[at], file)),
  ).length
  figures['missed without a word'] = missed.filter(({ at }) => !read[at]?.isTold).length
  return figures
}

export const bench: Bench = {
  about:
    'finds the tables in files with odd shapes, beside DuckDB, pandas and CleverCSV, and counts silent losses',
  async run({ quick }) {
    const folder = mkdtempSync(path.join(tmpdir(), 'murmuration-shapes-'))
    try {
      const known = caseFiles()
      if (known.length === 0) skip('the folder of cases is not beside this checkout')
      const files = [...known, ...corpusFiles(folder), ...madeFiles(folder, quick ? 30 : 250)]
      if (!quick) files.push(...published(folder))
      const read: Ours[] = []
      for (const file of files) read.push(await ours(file))
      const table = {
        Murmuration: read.map(({ answer }) => answer),
        ...(quick ? {} : othersOn(files, folder)),
      }
      return { ...figuresOf(files, read, table), ...(await losses(quick ? 50 : BROKEN)) }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}
