import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Client } from '#contract/calls.ts'
import type { RoundView, StudyView } from '#contract/views.ts'
import { assemble, importAll, propose } from '#headless/demo/federation.ts'
import { ask, type Hospital, startHospital, untilRunning } from '#headless/demo/hospital.ts'
import { fixTestRows, layOutHospitals, sampleMaterial } from '#headless/demo/prepare.ts'
import { stopAll } from '#headless/demo/stop.ts'
import { filesOf, unlockHome } from '#headless/home.ts'
import { reachRunning } from '#headless/reach.ts'
import { openDatabase } from '#store/database.ts'
import { createLibrary } from '#store/library.ts'

/** More than can be done meanwhile: nobody may be at the end before it was killed. */
const ROUNDS = 2000
const SECONDS = 1000
const folder = mkdtempSync(path.join(tmpdir(), 'murmuration killed '))
const pids: number[] = []
let hospitals: Hospital[] = []
let studyFiles: string[] = []
let study = ''

/**
 * A plan with a local step long enough to be killed in, and little patience. Nobody votes: after a model that was voted down the
 * others wait for all who were in it, since two sums from one model would show whoever is missing.
 */
function impatient() {
  const material = fixTestRows(sampleMaterial(4))
  const declared = material.study.study
  const plan: typeof declared.plan = {
    ...declared.plan,
    stopping: { kind: 'never' },
    rounds: ROUNDS,
    local: { ...declared.plan.local, steps: 10_000, learningRate: 0.005 },
  }
  delete plan.gate
  const pace = { answer: 6 * SECONDS, compute: 6 * SECONDS, exchange: 4 * SECONDS }
  const rules = { ...declared.rules, lastRound: 5000, pace }
  return { ...material, study: { ...material.study, study: { ...declared, plan, rules } } }
}

function kill(index: number): void {
  const pid = pids[index]
  if (!pid) throw new Error('This hospital was never started')
  process.kill(pid, 'SIGKILL')
}

async function restart(index: number): Promise<void> {
  const pid = startHospital(hospitals[index]!)
  pids[index] = pid
  await untilRunning(hospitals[index]!, pid)
}

async function withClient<T>(index: number, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await reachRunning(hospitals[index]!.home)
  if (!client) throw new Error('This hospital does not run')
  try {
    return await work(client)
  } finally {
    await client.close()
  }
}
const view = (index: number): Promise<StudyView> =>
  withClient(index, (client) => client.call('studies.get', { id: study }))
const roundsOf = (index: number): Promise<RoundView[]> =>
  withClient(index, (client) => client.call('rounds.list', { study, from: 1, limit: 500 }))

/** Kills a hospital the moment its training round is in one of these phases. */
function killIn(index: number, phases: RoundView['phase'][]): Promise<number> {
  return withClient(
    index,
    (client) =>
      new Promise((resolve, reject) => {
        const stop = client.on((event) => {
          if (event.event !== 'rounds.changed') return
          client.call('rounds.list', { study, from: event.round, limit: 1 }).then(([round]) => {
            if (!round || round.kind !== 'training' || !phases.includes(round.phase)) return
            stop()
            kill(index)
            resolve(round.round)
          }, reject)
        })
      }),
  )
}

/** The others go on without a hospital, then it comes back, catches up and is in a later round. */
async function goOnWithout(index: number, witness: number): Promise<void> {
  const { trained } = await view(witness)
  await expect
    .poll(async () => (await view(witness)).trained, { timeout: 60 * SECONDS })
    .toBeGreaterThan(trained)
  await restart(index)
  const { id } = await withClient(index, (client) => client.call('institution.get', null))
  const { round } = await view(witness)
  const isBack = async () =>
    (await roundsOf(witness)).some(
      (one) =>
        one.round >= round &&
        one.outcome?.result === 'sum' &&
        one.members.some((member) => member.id === id && member.state === 'in'),
    )
  await expect.poll(isBack, { timeout: 60 * SECONDS, interval: 300 }).toBe(true)
}

beforeAll(async () => {
  const laid = await layOutHospitals(folder, impatient())
  hospitals = laid.hospitals
  studyFiles = laid.studyFiles
  pids.push(...(await assemble(hospitals)))
  await importAll(hospitals)
  study = await propose(hospitals, studyFiles)
}, 120 * SECONDS)
afterAll(async () => {
  await stopAll(pids)
  rmSync(folder, { recursive: true, force: true })
})

const decide = async (index: number) => {
  await ask(hospitals[index]!, ['map', studyFiles[index]!])
  await ask(hospitals[index]!, ['approve', '--yes'])
}

test(
  'three go on when the fourth is killed before it has answered, and it joins later',
  { timeout: 120 * SECONDS },
  async () => {
    await Promise.all([decide(0), decide(1)])
    kill(3)
    await decide(2)
    await expect.poll(async () => (await view(0)).trained, { timeout: 60 * SECONDS }).toBeGreaterThan(0)
    await restart(3)
    await decide(3)
    const { id } = await withClient(3, (client) => client.call('institution.get', null))
    const takesPart = async () =>
      (await roundsOf(0)).some((one) =>
        one.members.some((member) => member.id === id && member.state === 'in'),
      )
    await expect.poll(takesPart, { timeout: 60 * SECONDS, interval: 300 }).toBe(true)
  },
)

test('three go on when the fourth is killed while it trains', { timeout: 120 * SECONDS }, async () => {
  await killIn(2, ['proposed', 'computing'])
  await goOnWithout(2, 0)
})

test('three go on when the fourth is killed in the exchange', { timeout: 120 * SECONDS }, async () => {
  await killIn(1, ['exchanging', 'revealing', 'certifying'])
  await goOnWithout(1, 0)
})

test(
  'all came to the same in every round, and no update was opened twice',
  { timeout: 60 * SECONDS },
  async () => {
    const rounds = await Promise.all(hospitals.map((_, index) => roundsOf(index)))
    await stopAll(pids)
    const decided = rounds.map((own) =>
      own.flatMap(({ round, outcome }) => (outcome ? [{ round, outcome }] : [])),
    )
    const common = Math.min(...decided.map((own) => own.length))
    expect(common).toBeGreaterThan(8)
    for (const own of decided) expect(own.slice(0, common)).toEqual(decided[0]!.slice(0, common))
    for (const hospital of hospitals) {
      const opened = await revealsIn(hospital)
      expect(opened.length).toBeGreaterThan(2 * common)
      expect(new Set(opened).size).toBe(opened.length)
    }
  },
)

/** Who opened its mask in which round, as a hospital's own database has it: an update is in one opened sum at most. */
async function revealsIn({ home, passphraseFile }: Hospital): Promise<string[]> {
  const { databaseKey } = await unlockHome(home, readFileSync(passphraseFile, 'utf8').trim())
  const db = openDatabase(filesOf(home).database, databaseKey)
  const library = createLibrary(db)
  const documents = library.ids(study).map((id) => library.get(id))
  db.close()
  return documents.flatMap((one) => (one?.body.kind === 'reveal' ? [`${one.author} ${one.body.round}`] : []))
}
