import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/** @type {NodeJS.Signals[]} */
const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** By this variable a demo and a bench know whom they end with. */
const startedByUs = () => ({ MURMURATION_STARTER: String(process.pid) })

/**
 * Runs a program with its arguments as they are, without a shell, and passes signals on to it.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions & { limitMs?: number }} options
 * @returns {Promise<number>} its exit code, 128 + n if signal n ended it
 */
export function run(program, args, { limitMs, ...options } = {}) {
  const env = { ...(options.env ?? process.env), ...startedByUs() }
  const child = spawn(program, args, { stdio: 'inherit', ...options, env, shell: false })
  const release = passSignalsTo(child)
  const limit = limitMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), limitMs)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)))
  }).finally(() => {
    clearTimeout(limit)
    release()
  })
}

/**
 * Runs a program and keeps what it printed.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions & { limitMs?: number }} options
 */
export async function runQuietly(program, args, options = {}) {
  const { limitMs, ...rest } = options
  const child = spawn(program, args, { ...rest, stdio: ['ignore', 'pipe', 'pipe'], shell: false })
  const release = passSignalsTo(child)
  const limit = limitMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), limitMs)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text))
  }
  const code = await new Promise((resolve) => {
    child.once('error', () => resolve(127))
    child.once('close', (exitCode) => resolve(exitCode ?? 1))
  })
  clearTimeout(limit)
  release()
  return { code, output }
}

/** Ctrl-C at a terminal reaches the child by itself: it must not get it twice. */
function passSignalsTo(/** @type {import('node:child_process').ChildProcess} */ child) {
  const handlers = PASSED_ON.map((signal) => {
    const pass = () => {
      if (signal === 'SIGINT' && process.stdin.isTTY) return
      child.kill(signal)
    }
    process.on(signal, pass)
    return () => process.off(signal, pass)
  })
  return () => handlers.forEach((off) => off())
}
