import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Case } from './cases.ts'
import { createFederation } from './federation.ts'
import { judge } from './judge.ts'
import type { Member } from './member.ts'
import { createRuns, describeCase, type Ending } from './runs.ts'

const MEMBERS = 4
/** Little patience, so that a run is short. */
const PACE = { answer: 3000, compute: 3000, exchange: 3000 }
const COMPUTE_MS = 1000
/** More than are needed: nobody is at the end before the last fault. */
const TRAININGS = 5000

/** Where the logs of a federation in trouble are kept. */
const TROUBLE = path.join(import.meta.dirname, '..', '..', 'build', 'out', 'kill-trouble-')

/** What went wrong in a run, in words. */
export interface Trouble {
  readonly what: string
  readonly error: string
}

export interface Findings {
  readonly endings: Ending[]
  readonly troubles: Trouble[]
  rounds: number
}

/**
 * Runs cases on one federation until they are through or one of them ends in trouble, then stops all and judges what
 * stands in the databases. Returns the cases that are left.
 */
export async function runBatch(cases: readonly Case[], findings: Findings): Promise<readonly Case[]> {
  const federation = await createFederation({
    ...{ members: MEMBERS, pace: PACE, trainings: TRAININGS, computeMs: COMPUTE_MS },
  })
  const before = findings.troubles.length
  let done = 0
  try {
    const study = await federation.begin()
    const runs = createRuns(federation, study)
    for (const what of cases) {
      done += 1
      const ending = await attempt(what, () => runs.run(what, done), findings)
      if (!ending) {
        await keepViews(federation.members, runs.recent, `${TROUBLE}${findings.troubles.length}`)
        break
      }
    }
    await Promise.all(federation.members.map((one) => one.stop()))
    const { faults, rounds } = await judge(federation.members, study)
    findings.rounds += rounds
    findings.troubles.push(...faults.map((error) => ({ what: 'afterwards', error })))
    if (findings.troubles.length > before) federation.keepLogs(`${TROUBLE}${findings.troubles.length}`)
  } finally {
    await federation.remove()
  }
  return cases.slice(done)
}

async function attempt(what: Case, run: () => Promise<Ending>, findings: Findings): Promise<Ending | null> {
  try {
    const ending = await run()
    findings.endings.push(ending)
    say(`${describeCase(what)}: ${ending.outcome}, ${seconds(ending.restMs)}, back ${seconds(ending.backMs)}`)
    return ending
  } catch (error) {
    const trouble = {
      what: describeCase(what),
      error: error instanceof Error ? error.message : String(error),
    }
    findings.troubles.push(trouble)
    say(`${trouble.what}: ${trouble.error}`)
    return null
  }
}

/** Keeps the latest rounds of a federation in trouble as each of its members shows them. */
async function keepViews(
  members: readonly Member[],
  recent: (member: Member) => Promise<readonly unknown[]>,
  place: string,
): Promise<void> {
  mkdirSync(place, { recursive: true })
  for (const [i, one] of members.entries()) {
    const views = await recent(one).catch((error: unknown) => [String(error)])
    writeFileSync(path.join(place, `rounds-${i}.json`), JSON.stringify(views, null, 1))
  }
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}
