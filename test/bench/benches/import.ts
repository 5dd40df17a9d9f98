import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import Driver from 'better-sqlite3'
import { applyKey } from '#store/cipher.ts'
import type { Bench } from '../bench.ts'
import { bytesOf, COLUMNS, figuresOf, importOnce, writeRows } from '../import/measure.ts'

/** A million rows of twenty columns into the encrypted database, typed and profiled, beside sqlite3 and DuckDB in one run. */
export const bench: Bench = {
  about:
    'importing a million rows of twenty columns: seconds, memory, event loop, against sqlite3 .import and DuckDB',
  async run({ quick }) {
    const folder = mkdtempSync(path.join(tmpdir(), 'murmuration-bench-'))
    const file = path.join(folder, 'rows.csv')
    try {
      const rows = writeRows(file, quick ? 20_000 : 1_000_000)
      const others: Record<string, number | string> = {
        ...(await sqliteSeconds(file, folder)),
        ...(await duckdb(file)),
      }
      const ours = await importOnce(() => bytesOf(file), statSync(file).size)
      const timesOf = (figure: keyof typeof others) =>
        typeof others[figure] === 'number'
          ? Number((ours.seconds / others[figure]).toFixed(2))
          : 'no sqlite3 here'
      return {
        rows,
        columns: COLUMNS,
        'file, MB': Math.round(statSync(file).size / 1e6),
        ...figuresOf(ours),
        ...others,
        'ours / sqlite3': timesOf('sqlite3 .import, s'),
        'ours / sqlite3 encrypted': timesOf('sqlite3 .import and the copy into an encrypted database, s'),
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

const run = promisify(execFile)

async function sqliteSeconds(file: string, folder: string): Promise<Record<string, number | string>> {
  if (!finds('sqlite3')) return { 'sqlite3 .import, s': 'no sqlite3 here' }
  const began = performance.now()
  await run('sqlite3', [path.join(folder, 'other.db'), '.mode csv', `.import ${file} rows`])
  const plain = (performance.now() - began) / 1000
  const encrypted = encryptedSeconds(path.join(folder, 'other.db'), path.join(folder, 'encrypted.db'))
  return {
    'sqlite3 .import, s': Number(plain.toFixed(2)),
    'sqlite3 .import and the copy into an encrypted database, s': Number((plain + encrypted).toFixed(2)),
  }
}

/** What the peer leaves out: its table once more into a file that is encrypted as ours is. */
function encryptedSeconds(plain: string, encrypted: string): number {
  const driver = new Driver(encrypted)
  applyKey(driver, new Uint8Array(32).fill(5))
  const began = performance.now()
  driver.exec(`ATTACH '${plain}' AS plain KEY ''; CREATE TABLE rows AS SELECT * FROM plain.rows`)
  driver.close()
  return (performance.now() - began) / 1000
}

/** DuckDB through Python, where both are there: what its sniffer infers of the first five columns, and in which time. */
async function duckdb(file: string): Promise<Record<string, number | string>> {
  const python = process.env['BENCH_PYTHON'] ?? 'python3'
  const program = `import duckdb,time,sys
t=time.time();r=duckdb.sql(f"create table t as select * from read_csv('{sys.argv[1]}')")
print(round(time.time()-t,2));print(*[x[1] for x in duckdb.sql("describe t").fetchall()[:5]])`
  try {
    const { stdout } = await run(python, ['-c', program, file])
    // A bar of its progress may stand before them.
    const [seconds = '', types = ''] = stdout
      .trim()
      .split(/[\r\n]+/)
      .slice(-2)
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
