import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { Plain, root } from './place.mjs'

/** What the built programs load beside themselves; see `external` in shell.config.mjs. */
const LOADED = ['better-sqlite3', '@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm']

/** Declared for tools, types or browsers: no program of ours under Node ever loads them. */
const NEVER_LOADED =
  /^(@types\/.*|@webgpu\/types|argparse|chalk|core-js|regenerator-runtime|yargs|node-addon-api)$/

/**
 * Copies the packages that the built programs load, each with the files that matter on one kind of machine.
 *
 * @param {string} folder where a node_modules is made
 * @param {{ platform: string, arch: string }} machine
 * @returns {string[]} their names
 */
export function copyModules(folder, machine) {
  const names = [...closure(LOADED)].toSorted()
  for (const name of names) copyModule(name, folder, machine)
  return names
}

/** @returns {Set<string>} */
function closure(/** @type {string[]} */ names, /** @type {Set<string>} */ found = new Set()) {
  for (const name of names) {
    if (found.has(name) || NEVER_LOADED.test(name)) continue
    found.add(name)
    /** @type {{ dependencies?: Record<string, string> }} */
    const { dependencies = {} } = JSON.parse(readFileSync(path.join(placeOf(name), 'package.json'), 'utf8'))
    closure(Object.keys(dependencies), found)
  }
  return found
}

function placeOf(/** @type {string} */ name) {
  const place = path.join(root, 'node_modules', ...name.split('/'))
  if (!existsSync(place)) throw new Plain(`The package ${name} is not installed.`)
  return place
}

function copyModule(
  /** @type {string} */ name,
  /** @type {string} */ folder,
  /** @type {{ platform: string, arch: string }} */ machine,
) {
  const from = placeOf(name)
  const to = path.join(folder, 'node_modules', ...name.split('/'))
  mkdirSync(path.dirname(to), { recursive: true })
  cpSync(from, to, {
    recursive: true,
    dereference: true,
    filter: (file) => isNeeded(name, path.relative(from, file).replaceAll(path.sep, '/'), machine),
  })
}

function isNeeded(
  /** @type {string} */ name,
  /** @type {string} */ file,
  /** @type {{ platform: string, arch: string }} */ { platform, arch },
) {
  if (/^(node_modules|test|tests|docs|example|examples|src|deps)(\/|$)|\.(map|ts|md)$/.test(file))
    return false
  if (name.startsWith('@tensorflow/') && file.startsWith('dist/'))
    return /^dist\/[^/]+(\.node\.js|\.wasm)$/.test(file)
  if (name === 'better-sqlite3' && file.startsWith('prebuilds/')) {
    return (
      file === `prebuilds/${platform}-${arch}.node` ||
      (platform === 'linux' && file.includes(`linuxmusl-${arch}`))
    )
  }
  return true
}
