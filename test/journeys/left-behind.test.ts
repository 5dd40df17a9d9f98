import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { isAlive } from '#headless/starter-watch.ts'

const root = path.join(import.meta.dirname, '..', '..')

/** All processes that a process has started, and those that they have. */
function descendantsOf(pid: number): number[] {
  const pairs = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  const children = pairs.flatMap(([child = 0, parent = 0]) => (parent === pid ? [child] : []))
  return children.flatMap((child) => [child, ...descendantsOf(child)])
}

/** A program in a group of its own, as a terminal starts one, once it says or has started enough. */
async function started(args: readonly string[], processes: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, [...args], { cwd: root, detached: true, stdio: 'ignore' })
  await expect
    .poll(() => descendantsOf(child.pid!).length, { timeout: 60_000, interval: 200 })
    .toBeGreaterThanOrEqual(processes)
  return child
}

const folder = mkdtempSync(path.join(tmpdir(), 'murmuration-left-behind-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const result = path.join(folder, 'result.json')

const onUnix = process.platform === 'win32' ? test.skip : test
const murmuration = path.join('build', 'murmuration.mjs')
const bench = path.join('build', 'bench.mjs')

// Its starter is killed outright: it passes no signal on. Three hospitals, the demo itself, and at the bench whoever runs that.
onUnix.each([
  ['a demo while hospitals run', [murmuration, 'demo', '--hospitals', '3', '--json', result], 4],
  ['a demo that has just begun', [murmuration, 'demo', '--hospitals', '3', '--json', result], 1],
  ['a bench of fifty demos', [bench, 'demos'], 6],
] as const)(
  '%s leaves no process behind when what started it is killed',
  async (_, args, processes) => {
    const child = await started(args, processes)
    const all = descendantsOf(child.pid!)
    try {
      child.kill('SIGKILL')
      await expect.poll(() => all.filter(isAlive), { timeout: 30_000, interval: 200 }).toEqual([])
      expect(existsSync(result), 'the demo has run to its end').toBe(false)
    } finally {
      for (const pid of all.filter(isAlive)) process.kill(pid, 'SIGKILL')
    }
  },
  120_000,
)
