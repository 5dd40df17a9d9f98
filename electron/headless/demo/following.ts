import { AppError } from '#domain/errors.ts'
import type { Status } from '../commands/status.ts'
import { isAlive } from '../starter-watch.ts'
import { tell } from '../terminal.ts'
import { pause, refuseTooFew } from './federation.ts'
import { type Hospital, statusOf } from './hospital.ts'

/** A hospital that ends has closed its database by then. */
const CLOSE_MS = 30_000
/** A demo in which nothing has moved for so long is given up. */
const STALL_MS = 10 * 60_000

/** Whether a hospital's process is there, by the numbers that `assemble` has given. */
export function runningOf(hospitals: readonly Hospital[], pids: readonly number[]) {
  const known = new Map(hospitals.map((one, index) => [one, pids[index] ?? 0]))
  return (hospital: Hospital) => isAlive(known.get(hospital) ?? 0)
}

/** Hospitals are gone without which the others may add up nothing more: those of an exact fit's first sum. */
export class NeededGone extends AppError {
  readonly names: readonly string[]

  constructor(names: readonly string[]) {
    super('not-available', `${names.join(', ')} is gone, and the fit needs it`)
    this.names = names
  }
}

/** A hospital at the end of its study, and where it stands there. */
export interface Ended {
  readonly hospital: Hospital
  readonly status: Status
}

/**
 * Follows the rounds at the first hospital, saying what moves, until all are at the end. One whose process ends before is left
 * out, and the others go on; but 'NeededGone' is thrown where an exact fit is on its way. Throws 'not-available' where too few of them
 * remain, and 'timed-out' where nothing moves any more.
 */
export async function follow(
  hospitals: readonly Hospital[],
  isRunning: (hospital: Hospital) => boolean,
): Promise<Ended[]> {
  const ended: Ended[] = []
  const over = new Set<Hospital>()
  let left = [...hospitals]
  const news = createNews()
  for (;;) {
    const dead = await fallen(
      left.filter((one) => !isRunning(one) && !over.has(one)),
      over,
    )
    for (const { name } of dead) tell(`${name} is left out: its process has ended, as its log tells`)
    left = left.filter((one) => !dead.includes(one))
    refuseTooFew(hospitals.length, left.length + ended.length)
    const [next] = left
    if (!next) return ended
    const status = await statusEvenAtTheEnd(next)
    refuseWithout(status, dead)
    news.hear(lineOf(status), ended.length === 0)
    if (isAtEnd(status)) {
      ended.push({ hospital: next, status })
      left.shift()
    } else await pause()
  }
}

function refuseWithout({ studies }: Status, dead: readonly Hospital[]): void {
  const isExact = studies[0]?.study.plan.fit !== undefined && studies[0].state !== 'finished'
  if (isExact && dead.length > 0) throw new NeededGone(dead.map(({ name }) => name))
}

/** Those among hospitals whose process is gone that are not at their end; the rest is known to be over. */
async function fallen(gone: readonly Hospital[], over: Set<Hospital>): Promise<Hospital[]> {
  const dead: Hospital[] = []
  for (const one of gone) {
    const status = await statusOf(one).catch(() => null)
    if (status && isAtEnd(status)) over.add(one)
    else dead.push(one)
  }
  return dead
}

/** Says what is new, and throws 'timed-out' where nothing has been for long. */
function createNews() {
  let said = ''
  let moved = Date.now()
  return {
    hear(line: string, aloud: boolean): void {
      if (line !== said) moved = Date.now()
      if (line !== said && aloud) tell(line)
      said = line
      if (Date.now() - moved > STALL_MS) throw new AppError('timed-out', 'nothing has moved for ten minutes')
    },
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
