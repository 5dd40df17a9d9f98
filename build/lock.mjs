import { randomUUID } from 'node:crypto'
import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const TOUCH_EVERY_MS = 1000
const STALE_AFTER_MS = 15_000
const LOOK_EVERY_MS = 200

/**
 * Does the work while no other process on this machine does work under the same lock file. A lock whose owner
 * died is taken over: its process is gone, or it has not touched the file for a while.
 *
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @param {() => void} onWait called once when another process is at it
 * @returns {Promise<T>}
 */
export async function withLock(file, work, onWait = () => {}) {
  mkdirSync(path.dirname(file), { recursive: true })
  const token = `${process.pid} ${randomUUID()}`
  let told = false
  while (!take(file, token)) {
    if (breakIfStale(file)) continue
    if (!told) onWait()
    told = true
    await wait(LOOK_EVERY_MS)
  }
  const touching = setInterval(() => touch(file, token), TOUCH_EVERY_MS)
  try {
    return await work()
  } finally {
    clearInterval(touching)
    if (read(file) === token) rmSync(file, { force: true })
  }
}

function take(/** @type {string} */ file, /** @type {string} */ token) {
  try {
    writeFileSync(file, token, { flag: 'wx' })
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

/** The file is moved aside before it is removed: had a new owner taken it meanwhile, it is put back. */
function breakIfStale(/** @type {string} */ file) {
  const token = read(file)
  if (token === undefined || !isStale(file, token)) return false
  const aside = `${file}.${randomUUID()}`
  try {
    renameSync(file, aside)
    if (read(aside) !== token) linkSync(aside, file)
    return true
  } catch {
    return false
  } finally {
    rmSync(aside, { force: true })
  }
}

function isStale(/** @type {string} */ file, /** @type {string} */ token) {
  const age = ageOf(file)
  if (age === undefined) return false
  return age > STALE_AFTER_MS || (token !== '' && !isAlive(Number.parseInt(token, 10)))
}

function isAlive(/** @type {number} */ pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
}

function ageOf(/** @type {string} */ file) {
  try {
    return Date.now() - statSync(file).mtimeMs
  } catch {
    return undefined
  }
}

function read(/** @type {string} */ file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function touch(/** @type {string} */ file, /** @type {string} */ token) {
  if (read(file) !== token) return
  const now = new Date()
  utimesSync(file, now, now)
}

function hasCode(/** @type {unknown} */ error, /** @type {string} */ code) {
  return error instanceof Error && 'code' in error && error.code === code
}
