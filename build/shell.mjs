import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { withLock } from './lock.mjs'
import { Plain, root, say } from './place.mjs'
import { buildRenderer } from './renderer.mjs'
import { runQuietly } from './run.mjs'

const BUILD_LIMIT_MS = 5 * 60_000
const SOURCES = ['electron', 'network', 'trainer', 'build/out/renderer']
const SINGLE_FILES = ['package.json', 'package-lock.json', 'build/shell.config.mjs']
const PROGRAMS = ['main', 'preload', 'program', 'engine', 'trainer', 'sample', 'reader']

/** Where the built app is: its programs, its pages and a package.json of its own. */
export const shellFolder = path.join(root, 'build', 'out', 'shell')

/**
 * Builds the pages and the programs of the app in a window into build/out/shell when their sources changed.
 *
 * @param {string} node
 */
export async function buildShell(node) {
  if (!(await buildRenderer(node))) throw new Plain('There are no pages yet to show in a window.')
  await withLock(path.join(root, 'build', 'out', 'shell.lock'), () => buildIfChanged(node))
  return shellFolder
}

async function buildIfChanged(/** @type {string} */ node) {
  const hash = hashSources()
  const stamp = path.join(root, 'build', 'out', 'shell.stamp')
  if (
    existsSync(path.join(shellFolder, 'main.cjs')) &&
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === hash
  )
    return
  say('Building the app.')
  rmSync(stamp, { force: true })
  rmSync(shellFolder, { recursive: true, force: true })
  mkdirSync(shellFolder, { recursive: true })
  for (const program of PROGRAMS) await buildProgram(node, program)
  cpSync(path.join(root, 'build', 'out', 'renderer'), path.join(shellFolder, 'renderer'), { recursive: true })
  writeFileSync(path.join(shellFolder, 'package.json'), `${JSON.stringify(describeApp(), null, 2)}\n`)
  writeFileSync(stamp, hash)
}

async function buildProgram(/** @type {string} */ node, /** @type {string} */ program) {
  const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const config = path.join(root, 'build', 'shell.config.mjs')
  const args = [vite, 'build', '--config', config, '--mode', program, '--logLevel', 'warn']
  const { code, output } = await runQuietly(node, args, { cwd: root, limitMs: BUILD_LIMIT_MS })
  if (code !== 0) throw new Plain(`The app's program "${program}" could not be built:\n${output.trim()}`)
}

function describeApp() {
  /** @type {Record<string, string>} */
  const { version, description, license, author } = JSON.parse(
    readFileSync(path.join(root, 'package.json'), 'utf8'),
  )
  const name = { name: 'murmuration', productName: 'Murmuration' }
  return { ...name, version, description, license, author, main: 'main.cjs', type: 'module' }
}

function hashSources() {
  const hash = createHash('sha256')
  const files = SOURCES.flatMap((folder) => filesUnder(path.join(root, ...folder.split('/'))))
  for (const file of [...files, ...SINGLE_FILES.map((name) => path.join(root, ...name.split('/')))]) {
    hash.update(path.relative(root, file)).update('\0').update(readFileSync(file)).update('\0')
  }
  return hash.digest('hex')
}

/** @returns {string[]} */
function filesUnder(/** @type {string} */ folder) {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const files = names.map((name) => path.join(folder, name)).filter((file) => statSync(file).isFile())
  return files.toSorted()
}
