import { existsSync, realpathSync } from 'node:fs'
import path from 'node:path'

/**
 * Finds npm's own JavaScript file, so that it can be started with Node itself: no shell, no npm.cmd.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {string} execPath
 * @returns {string | undefined}
 */
export function findNpm(env = process.env, execPath = process.execPath) {
  return candidates(env, execPath).find((file) => file.endsWith('npm-cli.js') && existsSync(file))
}

function* placesBeside(/** @type {string} */ folder) {
  yield path.join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js')
  yield path.join(folder, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js')
}

function candidates(/** @type {NodeJS.ProcessEnv} */ env, /** @type {string} */ execPath) {
  const files = [env.npm_execpath ?? '', ...placesBeside(path.dirname(execPath))]
  for (const folder of (env.PATH ?? env.Path ?? '').split(path.delimiter).filter(Boolean)) {
    const program = path.join(folder, 'npm')
    if (existsSync(program)) files.push(realpathSync(program))
    files.push(...placesBeside(folder))
  }
  return files
}
