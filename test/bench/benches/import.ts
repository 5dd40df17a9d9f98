import { execFile, execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { promisify } from 'node:util'
import { removeDataset } from '#store/datasets.ts'
import { sweepTables } from '#store/tables.ts'
import { openDesk, datasetOf } from '../../import/desk.ts'
import { numbersOf } from '../../import/fuzz.ts'
import { addDataset } from '#store/datasets.ts'
import type { Bench, Figures } from '../bench.ts'

const CHUNK = 1024 * 1024
const COLUMNS = 20

/** A million rows of twenty columns into the encrypted database, typed and profiled, beside sqlite3 and DuckDB in one run. */
export const bench: Bench = {
  about:
    'importing a million rows of twenty columns: seconds, memory, event loop, against sqlite3 .import and DuckDB',
  async run({ quick }) {
    const folder = mkdtempSync(path.join(tmpdir(), 'murmuration-bench-'))
    const file = path.join(folder, 'rows.csv')
    try {
      const rows = writeRows(file, quick ? 20_000 : 1_000_000)
      const others = { ...(await sqliteSeconds(file, folder)), ...(await duckdb(file)) }
      const ours = await importOnce(() => bytesOf(file), statSync(file).size)
      const ratio =
        typeof others['sqlite3 .import, s'] === 'number'
          ? Number((ours.seconds / others['sqlite3 .import, s']).toFixed(2))
          : 'no sqlite3 here'
      const stream = quick ? {} : await generated()
      return {
        rows,
        columns: COLUMNS,
        'file, MB': Math.round(statSync(file).size / 1e6),
        ...figuresOf(ours),
        ...others,
        'ours / sqlite3': ratio,
        ...stream,
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

interface Measured {
  readonly seconds: number
  readonly stallMs: number
  readonly removalStallMs: number
  readonly peakMb: number
  readonly types: string
}

function figuresOf({ seconds, stallMs, removalStallMs, peakMb, types }: Measured): Figures {
  return {
    'ours, s': seconds,
    'peak memory, MB': peakMb,
    'longest stall of the event loop, ms': stallMs,
    'longest stall while removing, ms': removalStallMs,
    'types found': types,
  }
}

/** A header and rows of integers, reals, categories, dates and missing values. */
function writeRows(file: string, rows: number): number {
  const handle = openSync(file, 'w')
  writeSync(handle, headerLine())
  const next = numbersOf(1)
  for (let first = 0; first < rows; first += 5000)
    writeSync(handle, lines(Math.min(5000, rows - first), next))
  closeSync(handle)
  return rows
}

function headerLine(): string {
  return `${Array.from({ length: COLUMNS }, (_, column) => `column_${column}`).join(',')}\n`
}

function lines(count: number, next: () => number): string {
  let text = ''
  for (let row = 0; row < count; row += 1) {
    const cells = Array.from({ length: COLUMNS }, (_, column) => cell(column, next))
    text += `${cells.join(',')}\n`
  }
  return text
}

function cell(column: number, next: () => number): string {
  const value = next()
  if (value < 0.02) return ''
  switch (column % 5) {
    case 0:
      return String(Math.floor(value * 1000))
    case 1:
      return (value * 300).toFixed(2)
    case 2:
      return `word ${Math.floor(value * 12)}`
    case 3:
      return new Date(1.5e12 + Math.floor(value * 1000) * 86_400_000).toISOString().slice(0, 10)
    default:
      return value < 0.5 ? 'Y' : 'N'
  }
}

async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  const handle = await open(file)
  for await (const bytes of handle.createReadStream({ highWaterMark: CHUNK }))
    yield new Uint8Array(bytes as Buffer)
}

/** Imports what comes, as the engine does, and watches this thread and the memory of the process meanwhile. */
async function importOnce(chunks: () => AsyncIterable<Uint8Array>, size: number): Promise<Measured> {
  const desk = openDesk()
  const delay = monitorEventLoopDelay({ resolution: 5 })
  let peak = 0
  const watching = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 50)
  delay.enable()
  const began = performance.now()
  try {
    const { id } = desk.importer.begin({ name: 'rows', size })
    for await (const bytes of chunks()) await desk.importer.chunk(id, bytes)
    const types = await desk.importer.finish(id, (found) => {
      addDataset(desk.db, datasetOf('benchrows', 1, found), found.table)
      return found.columns.slice(0, 5).map(({ type }) => type)
    })
    const seconds = Number(((performance.now() - began) / 1000).toFixed(2))
    const stallMs = Math.round(delay.max / 1e6)
    delay.reset()
    removeDataset(desk.db, 'benchrows')
    await sweepTables(desk.db)
    await new Promise((resolve) => setTimeout(resolve, 50))
    const removalStallMs = Math.round(delay.max / 1e6)
    return { seconds, stallMs, removalStallMs, peakMb: Math.round(peak / 2 ** 20), types: types.join(' ') }
  } finally {
    clearInterval(watching)
    delay.disable()
    await desk.close()
  }
}

/** Five gigabytes that are made as they are read: memory must not grow with them. */
async function generated(): Promise<Figures> {
  const next = numbersOf(2)
  const header = Buffer.from(headerLine())
  const block = Buffer.from(lines(8000, next))
  const times = Math.ceil(5e9 / block.length)
  async function* chunks() {
    yield new Uint8Array(header)
    for (let time = 0; time < times; time += 1)
      for (let at = 0; at < block.length; at += CHUNK) yield new Uint8Array(block.subarray(at, at + CHUNK))
  }
  const { seconds, peakMb, stallMs } = await importOnce(chunks, header.length + times * block.length)
  return { 'of 5 GB, s': seconds, 'of 5 GB, peak memory, MB': peakMb, 'of 5 GB, longest stall, ms': stallMs }
}

const run = promisify(execFile)

async function sqliteSeconds(file: string, folder: string): Promise<Record<string, number | string>> {
  if (!finds('sqlite3')) return { 'sqlite3 .import, s': 'no sqlite3 here' }
  const began = performance.now()
  await run('sqlite3', [path.join(folder, 'other.db'), '.mode csv', `.import ${file} rows`])
  return { 'sqlite3 .import, s': Number(((performance.now() - began) / 1000).toFixed(2)) }
}

/** DuckDB through Python, where both are there: what its sniffer infers of the first five columns, and in which time. */
async function duckdb(file: string): Promise<Record<string, number | string>> {
  const python = process.env['BENCH_PYTHON'] ?? 'python3'
  const program = `import duckdb,time,sys
t=time.time();r=duckdb.sql(f"create table t as select * from read_csv('{sys.argv[1]}')")
print(round(time.time()-t,2));print(*[x[1] for x in duckdb.sql("describe t").fetchall()[:5]])`
  try {
    const { stdout } = await run(python, ['-c', program, file])
    const [seconds = '', types = ''] = stdout.trim().split('\n')
    return { 'DuckDB, s': Number(seconds), 'types DuckDB found': types }
  } catch {
    return { 'DuckDB, s': 'no DuckDB here' }
  }
}

function finds(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
