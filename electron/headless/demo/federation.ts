import { AppError } from '#domain/errors.ts'
import { FEWEST_MEMBERS } from '#domain/floors.ts'
import { tell } from '../terminal.ts'
import { sentenceOf } from '../words.ts'
import { ask, type Hospital, startHospital, startHousehold, statusOf, untilRunning } from './hospital.ts'
import { stopAll } from './stop.ts'

const POLL_MS = 700
const START_MS = 60_000
const ARRIVE_MS = 60_000

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

/** Imports, proposes, maps and approves, each at each hospital. Returns those that take part: one that cannot is left out with its reason. */
export async function agree(
  hospitals: readonly Hospital[],
  studyFiles: readonly string[],
): Promise<readonly Hospital[]> {
  await importAll(hospitals)
  await propose(hospitals, studyFiles)
  const fileOf = new Map(hospitals.map((one, index) => [one, studyFiles[index] ?? '']))
  const mapped = await inPairs(hospitals, (one) => orWhy(ask(one, ['map', fileOf.get(one) ?? ''])))
  const able = thoseThat(hospitals, mapped)
  tellEach(
    able,
    mapped.flatMap((one) => ('said' in one ? [one.said] : [])),
  )
  tell('Every hospital that takes part has mapped its columns to the variables of the study.')
  const approval = ['approve', '--yes', '--by', 'Rehearsal', '--role', 'governance officer']
  const agreed = thoseThat(able, await inPairs(able, (one) => orWhy(ask(one, approval))))
  tell('Every hospital that takes part has approved.')
  return agreed
}

type Answer = { readonly said: string } | { readonly why: string }

/** What a command says, or why it failed. */
function orWhy(asked: Promise<string>): Promise<Answer> {
  return asked.then(
    (said) => ({ said }),
    (error: unknown) => ({ why: sentenceOf(error) }),
  )
}

/** The hospitals where nothing failed; of the others it says why they are left out. Throws 'not-available' where too few remain. */
function thoseThat(hospitals: readonly Hospital[], answers: readonly Answer[]): readonly Hospital[] {
  const rest = hospitals.filter((one, index) => {
    const answer = answers[index]
    if (answer && 'why' in answer) tell(`${one.name} is left out: ${answer.why}`)
    return answer && 'said' in answer
  })
  refuseTooFew(hospitals.length, rest.length)
  return rest
}

/** Throws 'not-available' where too few hospitals of a demo remain. */
export function refuseTooFew(all: number, remaining: number): void {
  if (remaining >= FEWEST_MEMBERS) return
  throw new AppError(
    'not-available',
    `${remaining} of ${all} hospitals can go on, and a study needs ${FEWEST_MEMBERS}; mend what is said above and start again`,
  )
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

/** A moment in which others do something. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS))
}
