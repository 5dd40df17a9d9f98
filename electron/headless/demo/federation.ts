import { AppError } from '#domain/errors.ts'
import type { Status } from '../commands/status.ts'
import { isAlive } from '../starter-watch.ts'
import { tell } from '../terminal.ts'
import { ask, type Hospital, startHospital, startHousehold, statusOf, untilRunning } from './hospital.ts'
import { stopAll } from './stop.ts'

const POLL_MS = 700
const START_MS = 60_000
const ARRIVE_MS = 60_000
/** A hospital that ends has closed its database by then. */
const CLOSE_MS = 30_000
/** A demo in which nothing has moved for so long is given up. */
const STALL_MS = 10 * 60_000

/** Makes a home for each hospital, starts them all and makes them known to each other. Puts each one's process number into `pids` as it starts, and returns them; leaves none running where it fails. */
export async function assemble(
  hospitals: readonly Hospital[],
  together = 1,
  pids: number[] = [],
): Promise<number[]> {
  // Those that share a process make their homes there, several at the same time.
  if (together < 2) await inPairs(hospitals, (one) => ask(one, ['init', one.name, '--rehearsal']))
  pids.push(...startAll(hospitals, together))
  try {
    await meet(hospitals, pids, together)
  } catch (error) {
    await stopAll(pids)
    throw error
  }
  return pids
}

async function meet(hospitals: readonly Hospital[], pids: readonly number[], together: number) {
  const limit = START_MS * together
  await Promise.all(hospitals.map((one, index) => untilRunning(one, pids[index] ?? 0, limit)))
  tell(`${hospitals.length} hospitals have a home, a key and an encrypted database each.`)
  tell(together > 1 ? `Up to ${together} run in one process.` : 'Each runs as a process of its own.')
  const codes = await inPairs(hospitals, (one) => ask(one, ['invite', '--in-person']))
  await inPairs(hospitals, (one, index) =>
    ask(one, ['pair', '--in-person', ...codes.filter((_, other) => other !== index)]),
  )
  tell('All have exchanged signed invitations.')
}

/** Neighbours in the list are in different processes, so that what is asked of two at a time keeps two at work. */
function startAll(hospitals: readonly Hospital[], together: number): number[] {
  if (together < 2) return hospitals.map(startHospital)
  const households = Math.ceil(hospitals.length / together)
  const pids = Array.from({ length: households }, (_, household) =>
    startHousehold(hospitals.filter((__, index) => index % households === household)),
  )
  return hospitals.map((_, index) => pids[index % households] ?? 0)
}

/** Imports, proposes, maps and approves, each at each hospital. Returns the study's id. */
export async function agree(hospitals: readonly Hospital[], studyFiles: readonly string[]): Promise<string> {
  await importAll(hospitals)
  const study = await propose(hospitals, studyFiles)
  const found = await inPairs(hospitals, (one, index) => ask(one, ['map', studyFiles[index] ?? '']))
  tellEach(hospitals, found)
  tell('Every hospital has mapped its columns to the variables of the study.')
  await inPairs(hospitals, (one) =>
    ask(one, ['approve', '--yes', '--by', 'Rehearsal', '--role', 'governance officer']),
  )
  tell('Every hospital has approved.')
  return study
}

/** Imports each hospital's table; columns that tell who patients are, as the import proposes. */
export async function importAll(hospitals: readonly Hospital[]): Promise<void> {
  const said = await inPairs(hospitals, (one) => ask(one, ['import', one.csv, '--name', one.name, '--yes']))
  tellEach(hospitals, said)
}

/** Everything that a command has said at each hospital, with the hospital's name. */
function tellEach(hospitals: readonly Hospital[], said: readonly string[]): void {
  for (const [index, { name }] of hospitals.entries())
    for (const line of (said[index] ?? '').split('\n')) tell(`  ${name}: ${line}`)
}

/** Proposes at the first hospital and waits until all have the study. Returns its id. */
export async function propose(
  hospitals: readonly Hospital[],
  studyFiles: readonly string[],
): Promise<string> {
  const [first] = hospitals
  if (!first) throw new AppError('bad-request', 'a demo needs hospitals')
  const study = await ask(first, ['study', 'propose', studyFiles[0] ?? ''])
  tell(`${first.name} has proposed the study ${study.slice(0, 12)}.`)
  await Promise.all(hospitals.map((one) => untilArrived(one, study)))
  return study
}

async function untilArrived(hospital: Hospital, study: string): Promise<void> {
  const until = Date.now() + ARRIVE_MS
  while (Date.now() < until) {
    const { studies } = await statusOf(hospital)
    if (studies.some((one) => one.id === study)) return
    await pause()
  }
  throw new AppError('timed-out', `the study has not reached ${hospital.name}`)
}

/** Follows the rounds at the first hospital, saying what moves, until all are at the end. Returns where each stands then. */
export async function follow(hospitals: readonly Hospital[], pids: readonly number[]): Promise<Status[]> {
  const ended: Status[] = []
  let said = ''
  let moved = Date.now()
  for (;;) {
    const next = hospitals[ended.length]
    if (!next) return ended
    const status = await statusEvenAtTheEnd(next)
    const line = lineOf(status)
    if (isAtEnd(status)) ended.push(status)
    else {
      const dead = hospitals.find((_, index) => index >= ended.length && !isAlive(pids[index] ?? 0))
      // Whoever is at the end before us has ended rightly.
      if (dead && !isAtEnd(await statusEvenAtTheEnd(dead)))
        throw new AppError('internal', `the process of ${dead.name} has ended`)
      await pause()
    }
    if (line !== said) moved = Date.now()
    if (line !== said && ended.length === 0) tell(line)
    said = line
    if (Date.now() - moved > STALL_MS) throw new AppError('timed-out', 'nothing has moved for ten minutes')
  }
}

/** A hospital that has finished ends by itself, and hangs up on whoever asks just then: it is asked again. */
async function statusEvenAtTheEnd(hospital: Hospital): Promise<Status> {
  for (const until = Date.now() + CLOSE_MS; ;) {
    try {
      return await statusOf(hospital)
    } catch (error) {
      if (Date.now() > until) throw error
      await pause()
    }
  }
}

/** Whether a hospital's study is over and judged at home. */
export function isAtEnd({ studies }: Status): boolean {
  const [study] = studies
  if (study?.state !== 'finished') return false
  return study.modelHash === null || Boolean(study.results?.shared)
}

function lineOf({ studies }: Status): string {
  const [study] = studies
  if (!study) return 'No study yet.'
  const { state, round, roundKind, trained, rolledBack = 0, voided, modelHash } = study
  const model = modelHash ? `, model ${modelHash.slice(0, 12)}` : ''
  const lost = voided > 0 ? `, ${voided} void` : ''
  const down = rolledBack > 0 ? `, ${rolledBack} rolled back` : ''
  return `Round ${round} (${roundKind ?? state}): ${trained} of at most ${study.study.plan.rounds} trained${down}${lost}${model}`
}

/** Two at a time: machines are small. */
async function inPairs<T>(
  hospitals: readonly Hospital[],
  work: (one: Hospital, index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = []
  for (let at = 0; at < hospitals.length; at += 2) {
    const pair = hospitals.slice(at, at + 2)
    results.push(...(await Promise.all(pair.map((one, offset) => work(one, at + offset)))))
  }
  return results
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS))
}
