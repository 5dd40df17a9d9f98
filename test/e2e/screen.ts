import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { runQuietly } from '#build/run.mjs'

const APT_LIMIT_MS = 4 * 60_000
const START_MS = 15_000
const ACCOUNT = `murmuration-${process.pid}`
const PACKAGES = ['xvfb', 'libgtk-3-0', 'libnss3', 'libgbm1', 'libasound2']

/** Who runs the window: as root Electron refuses its sandbox, so root makes an account for the test. */
export interface Account {
  readonly uid?: number
  readonly gid?: number
}

/** An account that Electron runs under with its sandbox on, or null where none can be had. */
export async function makeAccount(): Promise<Account | null> {
  if (process.getuid?.() !== 0) return {}
  await runQuietly('useradd', ['--system', '--no-create-home', '--shell', '/bin/false', ACCOUNT])
  const [uid, gid] = await Promise.all(['-u', '-g'].map((which) => numberOf(which)))
  return uid && gid ? { uid, gid } : null
}

export async function removeAccount(): Promise<void> {
  if (process.getuid?.() === 0) await runQuietly('userdel', [ACCOUNT])
}

async function numberOf(which: string): Promise<number> {
  const { output } = await runQuietly('id', [which, ACCOUNT])
  return Number.parseInt(output, 10)
}

/** Installs what a window needs on a bare Debian, where we may. */
export async function installLibraries(): Promise<void> {
  const bare = !(await has('Xvfb')) && !process.env.DISPLAY
  if (!bare || process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, limitMs: APT_LIMIT_MS }
  const patience = [
    '-o',
    'Acquire::http::Timeout=20',
    '-o',
    'Acquire::Retries=1',
    '-o',
    'DPkg::Lock::Timeout=60',
  ]
  await runQuietly('apt-get', [...patience, '-qq', 'update'], options)
  await runQuietly(
    'apt-get',
    [...patience, '-y', '-qq', '--no-install-recommends', 'install', ...PACKAGES],
    options,
  )
}

async function has(program: string): Promise<boolean> {
  return (await runQuietly('which', [program])).code === 0
}

/** A screen that nobody sees. Null where there is no Xvfb; the display of the environment where there is no need. */
export async function openScreen(
  account: Account,
): Promise<{ display: string; close: () => Promise<void> } | null> {
  if (process.platform !== 'linux') return { display: '', close: async () => undefined }
  if (!(await has('Xvfb'))) return null
  const args = ['-displayfd', '1', '-screen', '0', '1280x1000x24', '-nolisten', 'tcp', '-ac']
  const server: ChildProcess = spawn('Xvfb', args, { ...account, stdio: ['ignore', 'pipe', 'ignore'] })
  server.on('error', () => undefined)
  const signal = AbortSignal.timeout(START_MS)
  const said = server.stdout ? await once(server.stdout, 'data', { signal }).catch(() => null) : null
  const number = String(said?.[0] ?? '').trim()
  const gone = new Promise<void>((resolve) => server.once('close', () => resolve()))
  // The account can be removed only when nothing runs under it any more.
  const close = () => (server.kill(), gone)
  if (/^\d+$/.test(number)) return { display: `:${number}`, close }
  server.kill()
  return null
}
