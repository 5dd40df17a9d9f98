import { randomUUID } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { childEnvironment } from '#domain/child-environment.ts'
import * as v from 'valibot'
import { AppError } from '#domain/errors.ts'
import { Count, Text } from '#domain/values.ts'

const Owner = v.strictObject({ pid: Count(1, 2 ** 31), started: Text(200), mark: Text(60) })
type Owner = v.InferOutput<typeof Owner>

/**
 * Takes a home for this process alone and returns the function that gives it back. A lock left by a process that is
 * gone, or whose number another process has by now, is taken over. Throws 'home-in-use'.
 */
export function takeHome(home: string): () => void {
  const file = path.join(home, 'lock')
  const mine: Owner = { pid: process.pid, started: startOf(process.pid) ?? '', mark: randomUUID() }
  const draft = path.join(home, `lock.${mine.mark}`)
  writeFileSync(draft, JSON.stringify(mine), { mode: 0o600 })
  try {
    while (!linked(draft, file)) displaceStale(file, mine)
  } finally {
    rmSync(draft, { force: true })
  }
  return () => {
    if (read(file)?.mark === mine.mark) rmSync(file, { force: true })
  }
}

/** A link appears whole or not at all, and never over another. */
function linked(draft: string, file: string): boolean {
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

function displaceStale(file: string, mine: Owner): void {
  const owner = read(file)
  if (owner && lives(owner)) {
    throw new AppError('home-in-use', `Process ${owner.pid} has this home open`)
  }
  const aside = `${file}.stale.${mine.mark}`
  try {
    renameSync(file, aside)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw error
  }
  // Between reading and moving, another process may have taken the home over: then what we moved is its lock.
  const moved = read(aside)
  if (moved?.mark !== owner?.mark) linked(aside, file)
  rmSync(aside, { force: true })
}

function read(file: string): Owner | null {
  try {
    return v.parse(Owner, JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return null
  }
}

function lives({ pid, started }: Owner): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (codeOf(error) !== 'EPERM') return false
  }
  const now = startOf(pid)
  return now === null || started === '' || now === started
}

/** When a process started, in the system's own words; null where the system does not say. */
function startOf(pid: number): string | null {
  try {
    if (process.platform === 'linux') return linuxStart(pid)
    if (process.platform === 'win32') return windowsStart(pid)
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      timeout: 5000,
      env: childEnvironment(process.env),
    }).trim()
  } catch {
    return null
  }
}

/** Clock ticks since boot (proc(5), field 22, after the name in brackets) and which boot it was. */
function linuxStart(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return `${boot} ${fields[19] ?? ''}`
}

function windowsStart(pid: number): string {
  const command = `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`
  const args = ['-NoProfile', '-NonInteractive', '-Command', command]
  const options = { timeout: 10_000, windowsHide: true, env: childEnvironment(process.env) }
  return execFileSync('powershell', args, { encoding: 'utf8', ...options }).trim()
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
