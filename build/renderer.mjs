import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { withLock } from './lock.mjs'
import { Plain, root, say } from './place.mjs'
import { runQuietly } from './run.mjs'

const BUILD_LIMIT_MS = 5 * 60_000
const SOURCES = ['renderer', 'electron/domain', 'electron/contract']
const SINGLE_FILES = ['package-lock.json', 'build/vite.config.mjs']

/**
 * Builds the pages into build/out/renderer when their sources changed. Answers false when there are no pages yet.
 *
 * @param {string} node
 */
export async function buildRenderer(node) {
  if (!existsSync(path.join(root, 'renderer', 'index.html'))) return false
  await withLock(path.join(root, 'build', 'out', 'renderer.lock'), () => buildIfChanged(node))
  return true
}

async function buildIfChanged(/** @type {string} */ node) {
  const hash = hashSources()
  const stamp = path.join(root, 'build', 'out', 'renderer.stamp')
  const built = existsSync(path.join(root, 'build', 'out', 'renderer', 'index.html'))
  if (built && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return
  say('Building the pages.')
  const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const config = path.join(root, 'build', 'vite.config.mjs')
  const args = [vite, 'build', '--config', config, '--logLevel', 'warn']
  // A test runner's NODE_ENV would make pages for development, and the stamp would keep them.
  const env = { ...process.env, NODE_ENV: 'production' }
  const { code, output } = await runQuietly(node, args, { cwd: root, env, limitMs: BUILD_LIMIT_MS })
  if (code !== 0) throw new Plain(`The pages could not be built:\n${output.trim()}`)
  mkdirSync(path.dirname(stamp), { recursive: true })
  writeFileSync(stamp, hash)
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
  if (!existsSync(folder)) return []
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const files = names.map((name) => path.join(folder, name)).filter((file) => statSync(file).isFile())
  return files.toSorted()
}
