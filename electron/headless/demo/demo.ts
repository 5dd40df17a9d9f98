import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'
import { AppError } from '#domain/errors.ts'
import { writePrivate } from '../home.ts'
import { say, tell } from '../terminal.ts'
import { agree, assemble, follow } from './federation.ts'
import { describeResult, gatherResult, type Result } from './figures.ts'
import { fixTestRows, layOutHospitals, materialFrom, sampleMaterial, type Material } from './prepare.ts'
import { trainPooled } from './pooled.ts'
import { stopAll } from './stop.ts'

/** So many hospitals as processes of their own fit into any machine. */
const FEW = 8

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
  const started = performance.now()
  const material = fixTestRows(materialOf(options))
  const folder = placeFor(options.keep)
  const { hospitals, studyFiles } = await layOutHospitals(folder, material)
  tell(`${hospitals.length} hospitals on this machine, in ${folder}`)
  const pids: number[] = []
  const stop = () => stopAll(pids)
  const tidy = () => {
    if (options.keep === undefined) rmSync(folder, { recursive: true, force: true })
    else tell(`The hospitals' folders are kept in ${folder}`)
  }
  const quit = (code: number) => void stop().then(() => process.exit(code))
  process.once('exit', tidy)
  process.once('SIGINT', () => quit(130))
  process.once('SIGTERM', () => quit(143))
  try {
    pids.push(...(await assemble(hospitals, options.together ?? sharing(hospitals.length))))
    await agree(hospitals, studyFiles)
    const statuses = await follow(hospitals, pids)
    const seconds = (performance.now() - started) / 1000
    await stop()
    tell('All are at the end. Training once more on all rows in one place, to compare.')
    const study = statuses[0]?.studies[0]?.study
    if (!study) throw new AppError('not-found', 'there is no study')
    const pooled = await trainPooled(folder, material, study)
    const result = gatherResult(hospitals, statuses, pooled, Math.round(seconds * 10) / 10)
    say(describeResult(result, statuses[0]))
    if (options.json !== undefined) writePrivate(path.resolve(options.json), result)
    return result
  } finally {
    await stop()
    process.off('exit', tidy)
    tidy()
  }
}

/** A few hospitals have a process each; of many, as many share one as keep every processor core at work. */
function sharing(hospitals: number): number {
  return hospitals <= FEW ? 1 : Math.ceil(hospitals / Math.max(2, availableParallelism()))
}

function materialOf({ data, study, hospitals }: DemoOptions): Material {
  if (data === undefined && study === undefined) {
    tell('These hospitals and their patients are synthetic: nobody in them ever lived.')
    return sampleMaterial(hospitals ?? 4)
  }
  if (data === undefined || study === undefined)
    throw new AppError('bad-request', '--data and --study go together')
  return materialFrom(path.resolve(data), path.resolve(study), hospitals ?? null)
}

function placeFor(keep: DemoOptions['keep']): string {
  if (typeof keep !== 'string') return mkdtempSync(path.join(tmpdir(), 'murmuration-demo-'))
  const folder = path.resolve(keep)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}
