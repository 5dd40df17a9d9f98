import { existsSync } from 'node:fs'
import path from 'node:path'
import { Plain, root, whereTyped } from './place.mjs'
import { run } from './run.mjs'
import { setUp } from './setup.mjs'

/**
 * Sets up what is missing, then runs one of the product's programs under its Node.
 *
 * @param {string} script the npm script this is
 * @param {string} entry the program, from the root
 * @param {string[]} args
 */
export async function enter(script, entry, args = process.argv.slice(2)) {
  const node = await setUp()
  return run(node, [requireBuilt(script, entry), ...args], { cwd: whereTyped(script) })
}

/** The program's full path, or a sentence when it has not been written yet. */
export function requireBuilt(/** @type {string} */ script, /** @type {string} */ entry) {
  const file = path.join(root, ...entry.split('/'))
  if (!existsSync(file)) throw new Plain(`"${script}" is not built yet: ${entry} does not exist.`)
  return file
}
