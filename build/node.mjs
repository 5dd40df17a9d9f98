import { existsSync } from 'node:fs'
import path from 'node:path'
import { Plain, root } from './place.mjs'

const WANTED_MAJOR = 24

/**
 * The machine and the running Node, as far as the choice depends on them.
 *
 * @typedef {{ version: string, execPath: string, platform: string, arch: string, home: string }} Machine
 */

/** @returns {Machine} */
function thisMachine() {
  const { execPath, platform, arch, versions } = process
  return { version: versions.node, execPath, platform, arch, home: root }
}

/**
 * The Node that runs the product: the one running now if it is new enough, else the one among the packages.
 *
 * @param {Partial<Machine>} machine
 * @returns {string | undefined}
 */
export function findNode(machine = {}) {
  const { version, execPath, platform, arch, home } = { ...thisMachine(), ...machine }
  if (Number.parseInt(version, 10) >= WANTED_MAJOR) return execPath
  const [name, program] = platform === 'win32' ? ['win', 'node.exe'] : [platform, 'node']
  const packaged = path.join(home, 'node_modules', `node-${name}-${arch}`, 'bin', program)
  return existsSync(packaged) ? packaged : undefined
}

/** The Node that runs the product, or a sentence that says how to get it. */
export function requireNode(home = root) {
  const found = findNode({ home })
  if (found) return found
  throw new Plain(
    `Murmuration runs on Node ${WANTED_MAJOR} or newer. This is Node ${process.versions.node}, and there is no ` +
      `packaged Node for ${process.platform} ${process.arch}: please install Node ${WANTED_MAJOR} and try again.`,
  )
}
