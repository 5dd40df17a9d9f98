import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { withLock } from './lock.mjs'
import { findNode, requireNode } from './node.mjs'
import { findNpm } from './npm.mjs'
import { Plain, root, say } from './place.mjs'
import { runQuietly } from './run.mjs'

const SILENCE_MS = 20_000
const INSTALL_LIMIT_MS = 15 * 60_000

/** A small package of ours, asked for to see whether the registry answers. */
const PROBE = 'canonicalize'

/** What npm is told. Proxy, certificates and registry stay as the person set them for npm. */
const INSTALL = [
  'ci',
  '--ignore-scripts',
  '--include=dev',
  '--include=optional',
  '--engine-strict=false',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
  `--fetch-timeout=${SILENCE_MS}`,
  '--fetch-retries=2',
  '--fetch-retry-mintimeout=500',
  '--fetch-retry-maxtimeout=2000',
]

/**
 * Makes sure that the packages in the lockfile are installed, and answers with the Node that runs the product.
 * Two processes that start at once install once.
 *
 * @param {string} home the folder with package-lock.json
 * @param {(home: string) => Promise<void>} install
 */
export async function setUp(home = root, install = installWithNpm) {
  if (!isInstalled(home)) {
    const lock = path.join(home, 'build', 'out', 'setup.lock')
    const tellWait = () => say('Another command is installing packages; waiting for it.')
    await withLock(lock, () => installOnce(home, install), tellWait)
  }
  return requireNode(home)
}

async function installOnce(
  /** @type {string} */ home,
  /** @type {(home: string) => Promise<void>} */ install,
) {
  if (isInstalled(home)) return
  if (!holdsLockfile(home)) await install(home)
  writeFileSync(stampFile(home), stampFor(home))
}

/** True when the packages were installed from the lockfile as it is now, on this kind of machine. */
export function isInstalled(/** @type {string} */ home) {
  return read(stampFile(home)) === stampFor(home) && findNode({ home }) !== undefined
}

/**
 * True when npm's own record of node_modules has every package of the lockfile, as after `npm install`.
 * Packages for other machines may be missing.
 *
 * @param {string} home
 */
export function holdsLockfile(home) {
  const record = read(path.join(home, 'node_modules', '.package-lock.json'))
  if (record === undefined || findNode({ home }) === undefined) return false
  /** @typedef {Record<string, { version?: string, integrity?: string, optional?: boolean }>} Packages */
  const installed = /** @type {Packages} */ (JSON.parse(record).packages)
  const wanted = /** @type {Packages} */ (JSON.parse(lockText(home)).packages)
  return Object.entries(wanted).every(([place, { integrity, optional }]) => {
    const found = installed[place]
    return place === '' || (found ? found.integrity === integrity : optional === true)
  })
}

async function installWithNpm(/** @type {string} */ home) {
  const npm = findNpm()
  if (!npm) throw new Plain('npm was not found beside Node; please install Node with npm and try again.')
  say('Installing the packages that package-lock.json names. The first time takes about a minute.')
  const started = Date.now()
  const online = await reachesRegistry(npm, home)
  if (!online)
    say('The npm registry does not answer; trying with what npm has kept from earlier installations.')
  const args = [npm, ...INSTALL, ...(online ? [] : ['--offline'])]
  const { code, output } = await runQuietly(process.execPath, args, { cwd: home, limitMs: INSTALL_LIMIT_MS })
  if (code !== 0) throw new Plain(whyNotInstalled(output))
  say(`Installed in ${Math.round((Date.now() - started) / 1000)} s.`)
}

/** npm asks a silent registry for each package in turn, which takes most of an hour: so it is asked for one first. */
async function reachesRegistry(/** @type {string} */ npm, /** @type {string} */ home) {
  const patience = ['--fetch-retries=0', `--fetch-timeout=${SILENCE_MS - 2000}`, '--prefer-online']
  const args = [npm, 'view', PROBE, 'version', '--loglevel=error', ...patience]
  const { code } = await runQuietly(process.execPath, args, { cwd: home, limitMs: SILENCE_MS })
  return code === 0
}

function whyNotInstalled(/** @type {string} */ output) {
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !/^npm error\s+at /.test(line))
  const said = lines.slice(0, 12).join('\n') || `nothing within ${INSTALL_LIMIT_MS / 60_000} minutes`
  return (
    `The packages could not be installed, so nothing was started. npm said:\n${said}\n` +
    'If this machine reaches the npm registry through a proxy or with its own certificate, ' +
    'tell npm (npm config set proxy, https-proxy, cafile) and try again.'
  )
}

/** A new lockfile, another operating system or another processor each mean another set of packages. */
function stampFor(/** @type {string} */ home) {
  const hash = createHash('sha256').update(lockText(home)).digest('hex')
  return `${hash} ${process.platform} ${process.arch}\n`
}

/** Line endings do not count: Git may have changed them. */
function lockText(/** @type {string} */ home) {
  const file = path.join(home, 'package-lock.json')
  if (!existsSync(file)) throw new Plain(`There is no package-lock.json in ${home}: this copy is incomplete.`)
  return readFileSync(file, 'utf8').replaceAll('\r\n', '\n')
}

function stampFile(/** @type {string} */ home) {
  return path.join(home, 'node_modules', '.installed-from')
}

function read(/** @type {string} */ file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}
