import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '#domain/errors.ts'
import { writePrivate } from '../home.ts'
import { onStarterGone } from '../starter-watch.ts'
import { say, tell } from '../terminal.ts'
import { forkReader } from '#engine/fork-reader.ts'
import { readInside } from '#import/inside.ts'
import { admit } from './admission.ts'
import { sharingThatFits } from './capacity.ts'
import { createDesk } from './desk.ts'
import { agree, assemble, refuseTooFew } from './federation.ts'
import { follow, NeededGone, runningOf } from './following.ts'
import { describeResult, gatherResult, type Result } from './figures.ts'
import { demoMaterial, layOutHospitals, materialFrom, sizeOf, type Material } from './prepare.ts'
import { placeFor } from './places.ts'
import { trainPooled } from './pooled.ts'
import { stopAll } from './stop.ts'

/** Asked to end, by whoever sits there or because the terminal is closed; and what the shell is told then. */
const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const

export interface DemoOptions {
  readonly hospitals?: number
  readonly data?: string
  readonly study?: string
  /** How many hospitals share a process. */
  readonly together?: number
  readonly json?: string
  /** Keep the folder of the hospitals, at this place if one is named. */
  readonly keep?: string | true
}

/** A whole federation on this machine, each hospital a process of its own, from nothing to the table of results. */
export async function runDemo(options: DemoOptions): Promise<Result> {
  const all = materialOf(options)
  // Before anything is read or written: who asks for too many hears it at once.
  sharingThatFits(all.tables.map(sizeOf), options)
  const folder = placeFor(options.keep)
  const pids: number[] = []
  const tidy = () => {
    if (options.keep === undefined) rmSync(folder, { recursive: true, force: true })
    else tell(`The hospitals' folders are kept in ${folder}`)
  }
  const quit = (code: number) => void stopAll(pids).then(() => process.exit(code))
  process.once('exit', tidy)
  for (const [signal, code] of SIGNALS) process.once(signal, () => quit(code))
  // Killed outright, whoever started us passes no signal on.
  onStarterGone(() => quit(129))
  try {
    return await rehearseAnew(options, folder, all, pids)
  } finally {
    await stopAll(pids)
    process.off('exit', tidy)
    tidy()
  }
}

/** Runs the demo, and from the beginning without a hospital that is gone where the others cannot go on without it. */
async function rehearseAnew(options: DemoOptions, folder: string, all: Material, pids: number[]) {
  for (let [left, attempt] = [all, 1]; ; attempt++) {
    const place = attempt === 1 ? folder : path.join(folder, `attempt ${attempt}`)
    mkdirSync(place, { recursive: true, mode: 0o700 })
    try {
      return await rehearse(options, place, left, pids)
    } catch (error) {
      if (!(error instanceof NeededGone)) throw error
      await stopAll(pids)
      pids.length = 0
      const { names } = error
      left = { ...left, tables: left.tables.filter(({ name }) => !names.includes(name)) }
      refuseTooFew(all.tables.length, left.tables.length)
      tell(
        'An exact fit cannot go on without a hospital of its first sum: the difference would be that hospital. It begins anew without it.',
      )
    }
  }
}

async function rehearse(options: DemoOptions, folder: string, all: Material, pids: number[]) {
  const started = performance.now()
  // What we made ourselves is read here; a file of anybody else is read in a process of its own.
  const desk = createDesk(folder, options.data === undefined ? readInside : forkReader)
  try {
    const material = await admit(desk, folder, all)
    const { hospitals, studyFiles } = await layOutHospitals(folder, material)
    tell(`${hospitals.length} hospitals on this machine, in ${folder}`)
    await assemble(hospitals, sharingThatFits(material.tables.map(sizeOf), options), pids)
    const isRunning = runningOf(hospitals, pids)
    const agreed = await agree(hospitals, studyFiles)
    const ended = await follow(agreed, isRunning)
    const seconds = (performance.now() - started) / 1000
    await stopAll(pids)
    tell('All are at the end. Training once more on all rows in one place, to compare.')
    const statuses = ended.map((one) => one.status)
    const study = statuses[0]?.studies[0]?.study
    if (!study) throw new AppError('not-found', 'there is no study')
    const there = new Set(ended.map((one) => one.hospital.name))
    const tables = material.tables.filter((one) => there.has(one.name))
    const pooled = await trainPooled(desk, { ...material, tables }, study)
    const present = ended.map((one) => one.hospital)
    const result = gatherResult(present, statuses, pooled, Math.round(seconds * 10) / 10)
    say(describeResult(result, statuses))
    if (options.json !== undefined) writePrivate(path.resolve(options.json), result)
    return result
  } finally {
    await desk.close()
  }
}

function materialOf({ data, study, hospitals }: DemoOptions): Material {
  if (data === undefined && study === undefined) {
    tell('These hospitals and their patients are synthetic: nobody in them ever lived.')
    return demoMaterial(hospitals ?? 4)
  }
  if (data === undefined || study === undefined)
    throw new AppError('bad-request', '--data and --study go together')
  return materialFrom(path.resolve(data), path.resolve(study), hospitals ?? null)
}
