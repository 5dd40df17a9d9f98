import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { Socket } from 'node:net'
import path from 'node:path'
import { CallError } from '#contract/connect.ts'
import { childEnvironment } from '#domain/child-environment.ts'
import { AppError } from '#domain/errors.ts'
import type { Status } from '../commands/status.ts'
import { filesOf } from '../home.ts'
import { makeInstitutionProgram, perform } from '../institution-program.ts'
import { isAlive, startedByUs } from '../starter-watch.ts'
import { listenTo } from '../terminal.ts'

const HOUSEHOLD = path.join(import.meta.dirname, 'household-process.ts')
const MAIN = path.join(import.meta.dirname, '..', 'main.ts')
const COMMAND_MS = 240_000
/** On a machine that is busy with other things, too. */
const START_MS = 240_000
const MAX_OUTPUT = 16 * 1024 * 1024

/** A hospital of a rehearsal: where its own files are. Nothing of one hospital is in the folder of another. */
export interface Hospital {
  readonly name: string
  readonly home: string
  readonly csv: string
  readonly passphraseFile: string
  readonly report: string
  readonly log: string
  readonly port: number
}

export interface Said {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs a command of the command line on a hospital, as its own process, and waits for its end. */
export function runCommand(
  hospital: Pick<Hospital, 'home' | 'passphraseFile'>,
  args: readonly string[],
  limitMs = COMMAND_MS,
): Promise<Said> {
  const where = ['--home', hospital.home, '--passphrase-file', hospital.passphraseFile]
  const child = spawn(process.execPath, [MAIN, ...args, ...where], {
    env: { ...childEnvironment(process.env), ...startedByUs() },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limitMs,
    killSignal: 'SIGKILL',
  })
  return new Promise((resolve, reject) => {
    let out = ''
    let err = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
      if (out.length > MAX_OUTPUT) child.kill('SIGKILL')
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err = (err + text).slice(-10_000)))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out: out.trim(), err: err.trim() }))
  })
}

/** What a command of the command line says about a hospital, performed in this process. Rejects with what it complains of. */
export async function ask(hospital: Hospital, args: readonly string[]): Promise<string> {
  const where = ['--home', hospital.home, '--passphrase-file', hospital.passphraseFile]
  try {
    return await listenTo(() => perform(makeInstitutionProgram(), [...args, ...where]))
  } catch (cause) {
    throw about(hospital.name, args[0] ?? '', cause)
  }
}

/** The same failure with the name of the hospital that it happened at. */
function about(name: string, command: string, cause: unknown): AppError {
  const code = cause instanceof AppError ? cause.code : 'internal'
  const own = cause instanceof Error ? cause.message : String(cause)
  const said = cause instanceof CallError ? 'its log has the details' : own
  return new AppError(code, `${name}, murmuration ${command}: ${said}`, { cause })
}

/** Where a hospital stands, as it says itself. */
export async function statusOf(hospital: Hospital, more: readonly string[] = []): Promise<Status> {
  // Safe: printed by the same version of the command line, from values that the contract has checked.
  return JSON.parse(await ask(hospital, ['status', '--json', ...more])) as Status
}

/** Starts a hospital's engine as a process that ends with this one at the latest, and returns its process number. */
export function startHospital(hospital: Hospital): number {
  const listen = ['--listen', listenOf(hospital), '--ui-port', '0']
  const ends = ['--until-finished', '--until-input-ends', '--rehearsal-report', hospital.report]
  const where = ['--home', hospital.home, '--passphrase-file', hospital.passphraseFile]
  return startProgram(hospital, [MAIN, 'run', ...listen, ...ends, ...where])
}

/** Starts several hospitals' engines in one process, each on its own home, database and port. Returns its process number. */
export function startHousehold(hospitals: readonly Hospital[]): number {
  const [first] = hospitals
  if (!first) throw new AppError('bad-request', 'a household has hospitals')
  return startProgram(first, [HOUSEHOLD, JSON.stringify(hospitals)])
}

/** Where the others reach a hospital of this machine. */
export function listenOf({ port }: Hospital): string {
  return `/ip4/127.0.0.1/tcp/${port}`
}

function startProgram({ name, log: file }: Hospital, args: readonly string[]): number {
  const log = openSync(file, 'a', 0o600)
  const child = spawn(process.execPath, args, {
    detached: true,
    windowsHide: true,
    env: childEnvironment(process.env),
    // The system closes this pipe whatever ends this process: then the hospital stops, too.
    stdio: ['pipe', log, log],
  })
  closeSync(log)
  child.unref()
  if (child.stdin instanceof Socket) child.stdin.unref()
  if (child.pid === undefined) throw new AppError('internal', `${name} could not be started`)
  return child.pid
}

/** Resolves when a started hospital answers commands. Rejects with the last thing it said when it ends before that. */
export async function untilRunning(hospital: Hospital, pid: number, limitMs = START_MS): Promise<void> {
  const { running } = filesOf(hospital.home)
  for (let waited = 0; waited < limitMs; waited += 100) {
    if (existsSync(running) && readFileSync(running, 'utf8').includes(`"pid": ${pid}`)) return
    if (!isAlive(pid)) break
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const said = readFileSync(hospital.log, 'utf8').trim().split('\n').at(-1) ?? ''
  throw new AppError('internal', `${hospital.name} did not start: ${said}`)
}
