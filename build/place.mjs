import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder this copy of the product lives in. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

/** Tells the person at the terminal one thing; standard output stays free for the work itself. */
export function say(/** @type {string} */ sentence) {
  process.stderr.write(`${sentence}\n`)
}

/** A problem the person can act on: shown as one sentence, without a stack. */
export class Plain extends Error {}

/**
 * Runs a script's work; a plain problem becomes one sentence and exit code 1.
 *
 * @param {() => Promise<number>} work answers with the exit code
 */
export async function main(work) {
  try {
    process.exitCode = await work()
  } catch (error) {
    if (!(error instanceof Plain)) throw error
    say(error.message)
    process.exitCode = 1
  }
}

/**
 * Where the person was when they typed the command: npm moves a script to the package's folder, and relative
 * paths among its arguments must still mean what they meant at the prompt.
 *
 * @param {string} script the npm script that this process is
 * @param {NodeJS.ProcessEnv} env
 */
export function whereTyped(script, env = process.env) {
  const moved = env.npm_lifecycle_event === script && env.INIT_CWD
  return moved ? moved : process.cwd()
}
