import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { withLock } from '#build/lock.mjs'
import { root } from '#build/place.mjs'
import { runQuietly } from '#build/run.mjs'

const PREPARE_LIMIT_MS = 5 * 60_000
const DOWNLOAD_LIMIT_MS = 20_000
const PROGRAM = process.platform === 'win32' ? 'electron.exe' : 'electron'

/** A folder with an Electron that runs here, or a sentence that says why there is none. */
export type Runtime = { readonly dist: string } | { readonly missing: string }

/** The Electron to test in: the one that the environment names, one prepared for tests, or the one of package.json. */
export async function findRuntime(): Promise<Runtime> {
  const named = process.env.MURMURATION_ELECTRON_RUNTIME
  if (named) return holding(named) ?? { missing: `${named} holds no Electron.` }
  return (await prepared()) ?? (await downloaded())
}

function holding(folder: string): Runtime | null {
  const dist = [folder, path.join(folder, 'dist')].find((one) => existsSync(path.join(one, PROGRAM)))
  return dist === undefined ? null : { dist }
}

/** A machine that cannot reach Electron's downloads may have a script that prepares one from packages. */
async function prepared(): Promise<Runtime | null> {
  const script = path.join(root, '..', 'shared', 'tools', 'electron-runtime')
  if (!existsSync(script) || process.platform !== 'linux') return null
  const folder = path.join(root, 'build', 'out', 'electron-runtime')
  return withLock(path.join(root, 'build', 'out', 'electron-runtime.lock'), async () => {
    const ready = holding(folder)
    if (ready) return ready
    const { code } = await runQuietly('bash', [script, folder], { cwd: root, limitMs: PREPARE_LIMIT_MS })
    return code === 0 ? holding(folder) : null
  })
}

async function downloaded(): Promise<Runtime> {
  const electron = path.join(root, 'node_modules', 'electron')
  const ready = holding(path.join(electron, 'dist'))
  if (ready) return ready
  const script = path.join(electron, 'install.js')
  await runQuietly(process.execPath, [script], { cwd: root, limitMs: DOWNLOAD_LIMIT_MS })
  return holding(path.join(electron, 'dist')) ?? { missing: 'Electron could not be downloaded within 20 s.' }
}

/** Whether every account of this machine can read a file and reach it. */
export function isOpenToAll(file: string): boolean {
  const { root: top } = path.parse(file)
  const readable = (statSync(file).mode & 0o005) === 0o005
  for (let at = path.dirname(file); ; at = path.dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false
    if (at === top) return readable
  }
}
