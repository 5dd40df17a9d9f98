import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from './place.mjs'
import { runQuietly } from './run.mjs'

const DOWNLOAD_LIMIT_MS = 20_000
/** The first Electron whose own Node loads the database. */
const ENOUGH = 35

/** An Electron that is here. @typedef {{ dist: string, program: string, version: string, old: boolean }} Electron */

/**
 * The Electron of the environment or of package.json's version, downloaded within 20 seconds if need be; otherwise a
 * sentence that says why there is none.
 *
 * @param {string} node
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Electron | string>}
 */
export async function findElectron(node, env = process.env) {
  const named = env.ELECTRON_OVERRIDE_DIST_PATH
  if (named) return look(named) ?? `ELECTRON_OVERRIDE_DIST_PATH names ${named}, which holds no Electron.`
  const home = path.join(root, 'node_modules', 'electron')
  if (!existsSync(home)) return 'The package "electron" is not installed.'
  const there = look(path.join(home, 'dist'))
  if (there) return there
  const script = path.join(home, 'install.js')
  await runQuietly(node, [script], { cwd: root, limitMs: DOWNLOAD_LIMIT_MS })
  return (
    look(path.join(home, 'dist')) ??
    'Electron could not be downloaded within 20 seconds. Where it is kept elsewhere, name its folder in ELECTRON_OVERRIDE_DIST_PATH.'
  )
}

/** @returns {Electron | undefined} */
function look(/** @type {string} */ dist) {
  const inside = {
    win32: 'electron.exe',
    darwin: path.join('Electron.app', 'Contents', 'MacOS', 'Electron'),
  }
  const program = path.join(
    dist,
    process.platform in inside ? inside[/** @type {keyof inside} */ (process.platform)] : 'electron',
  )
  const file = path.join(dist, 'version')
  if (!existsSync(program) || !existsSync(file)) return undefined
  const version = readFileSync(file, 'utf8').trim().replace(/^v/, '')
  return {
    dist: path.resolve(dist),
    program: path.resolve(program),
    version,
    old: Number.parseInt(version, 10) < ENOUGH,
  }
}

/** Why no window can be shown to this account, or undefined when one can. */
export function whyNoScreen(env = process.env, platform = process.platform) {
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) return 'This machine has no screen.'
  if (platform === 'linux' && process.getuid?.() === 0)
    return 'Electron does not show windows to root with its sandbox on.'
  return undefined
}
