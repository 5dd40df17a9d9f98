import { existsSync } from 'node:fs'
import path from 'node:path'
import { withLock } from './lock.mjs'
import { Plain, root, say } from './place.mjs'
import { runQuietly } from './run.mjs'

const ANSWER_LIMIT_MS = 20_000
const APT_LIMIT_MS = 5 * 60_000
const HOME = path.join(root, 'build', 'out', 'browser')

/** How Playwright launches the browser that was found. @typedef {{ executablePath: string, args: string[], env: Record<string, string> }} Browser */

/** Chromium refuses its sandbox to root; the flags after that keep it from calling anyone by itself. */
const ARGS = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Finds a browser for tests: an installed Chromium, Chrome or Edge, else Debian's package when we may install it,
 * else the Chromium among the npm packages.
 *
 * @returns {Promise<Browser>}
 */
export async function findBrowser() {
  const installed = await findInstalled()
  if (installed) return installed
  return withLock(path.join(root, 'build', 'out', 'browser.lock'), async () => {
    const found = (await findInstalled()) ?? (await installDebians()) ?? (await unpackPackaged())
    if (found) return found
    throw new Plain('No browser was found for the tests. Please install Chromium or Chrome and try again.')
  })
}

async function findInstalled() {
  for (const file of installedPlaces(process.platform, process.env)) {
    const browser = existsSync(file) ? await answering(file, {}) : undefined
    if (browser) return browser
  }
  return undefined
}

/**
 * Where browsers are on each operating system.
 *
 * @param {string} platform
 * @param {NodeJS.ProcessEnv} env
 */
export function installedPlaces(platform, env) {
  if (platform === 'win32') return windowsPlaces(env)
  if (platform === 'darwin') return macPlaces(env)
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge']
  const folders = (env.PATH ?? '').split(':').filter(Boolean)
  return names.flatMap((name) => folders.map((folder) => path.posix.join(folder, name)))
}

function windowsPlaces(/** @type {NodeJS.ProcessEnv} */ env) {
  const folders = [env.ProgramFiles, env['ProgramFiles(x86)'], env.LOCALAPPDATA].filter(
    (one) => one !== undefined,
  )
  const programs = ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe']
  return programs.flatMap((program) => folders.map((folder) => path.win32.join(folder, program)))
}

function macPlaces(/** @type {NodeJS.ProcessEnv} */ env) {
  const names = ['Google Chrome', 'Chromium', 'Microsoft Edge']
  const folders = ['/Applications', path.posix.join(env.HOME ?? '/', 'Applications')]
  return folders.flatMap((folder) => names.map((name) => `${folder}/${name}.app/Contents/MacOS/${name}`))
}

/** @returns {Promise<Browser | undefined>} undefined when the program does not start */
async function answering(/** @type {string} */ executablePath, /** @type {Record<string, string>} */ env) {
  if (process.platform === 'win32') return { executablePath, args: ARGS, env }
  const options = { env: { ...process.env, ...env }, limitMs: ANSWER_LIMIT_MS }
  const { code, output } = await runQuietly(executablePath, ['--version', '--no-sandbox'], options)
  if (code !== 0) return undefined
  say(`Browser for tests: ${output.trim().split('\n').at(-1)} (${executablePath})`)
  return { executablePath, args: ARGS, env }
}

async function installDebians() {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return undefined
  say('Installing a browser for the tests: Debian package "chromium".')
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, limitMs: APT_LIMIT_MS }
  const patience = [
    '-o',
    'Acquire::http::Timeout=20',
    '-o',
    'Acquire::https::Timeout=20',
    '-o',
    'Acquire::Retries=1',
  ]
  const lock = ['-o', 'DPkg::Lock::Timeout=60']
  await runQuietly('apt-get', [...patience, ...lock, '-qq', 'update'], options)
  const install = [...patience, ...lock, '-y', '-qq', '--no-install-recommends', 'install', 'chromium']
  const { code, output } = await runQuietly('apt-get', install, options)
  if (code === 0) return findInstalled()
  say(
    `Debian's browser could not be installed (${output.trim().split('\n').at(-1)}); trying the packaged one.`,
  )
  return undefined
}

/** The packaged Chromium brings the libraries it needs; they are used only when the machine lacks them. */
async function unpackPackaged() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  say('Unpacking a browser for the tests from the packages.')
  const env = { ...process.env, TMPDIR: HOME, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' }
  const script = path.join(root, 'build', 'unpack-browser.mjs')
  const { code } = await runQuietly(process.execPath, [script], { env, limitMs: APT_LIMIT_MS })
  if (code !== 0) return undefined
  const file = path.join(HOME, 'chromium')
  const libraries = path.join(HOME, 'al2023', 'lib')
  return (await answering(file, {})) ?? (await answering(file, { LD_LIBRARY_PATH: libraries }))
}
