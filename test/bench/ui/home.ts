import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { root } from '#build/place.mjs'
import { makeSamples } from '#engine/samples/samples.ts'
import { agree, assemble } from '#headless/demo/federation.ts'
import { follow, runningOf } from '#headless/demo/following.ts'
import { layOutHospitals, type Material, sampleMaterial } from '#headless/demo/prepare.ts'
import { stopAll } from '#headless/demo/stop.ts'

const FOLDER = path.join(root, 'build', 'out', 'bench-ui')
const SEED = 77_000
/** So many hospitals share a process while the history is made. */
const TOGETHER = 25

/** How much a home has seen. */
export interface Size {
  readonly members: number
  readonly trainings: number
  readonly rows: number
}

/** A home of the first of these hospitals, and the file that opens it. */
export interface MadeHome {
  readonly home: string
  readonly passphraseFile: string
}

/**
 * A home whose history really happened: its table came through the importer, and its rounds are those of a whole
 * federation of engines over loopback. Made once for each size, since many rounds of many members take their time.
 */
export async function homeOf(size: Size): Promise<MadeHome> {
  const place = path.join(FOLDER, `${size.members}-${size.trainings}-${size.rows}`)
  if (!existsSync(place)) await make(size, place)
  return { home: path.join(place, 'home'), passphraseFile: path.join(place, 'passphrase') }
}

async function make(size: Size, place: string): Promise<void> {
  const draft = `${place}.new`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { recursive: true, mode: 0o700 })
  const { hospitals, studyFiles } = await layOutHospitals(draft, materialOf(size))
  const [first] = hospitals
  if (!first) throw new Error('There are hospitals')
  const pids: number[] = []
  try {
    pids.push(...(await assemble(hospitals, size.members > 8 ? TOGETHER : 1)))
    const agreed = await agree(hospitals, studyFiles)
    await follow(agreed, runningOf(hospitals, pids))
  } finally {
    await stopAll(pids)
  }
  renameSync(path.dirname(first.passphraseFile), place)
  rmSync(draft, { recursive: true, force: true })
}

function materialOf({ members, trainings, rows }: Size): Material {
  const { study: file, tables } = sampleMaterial(members)
  const { plan, rules } = file.study
  const study = {
    ...file.study,
    plan: { ...plan, rounds: trainings },
    rules: { ...rules, lastRound: trainings + 60 },
  }
  const [first, ...others] = tables
  if (!first) throw new Error('There are tables')
  return { study: { ...file, study }, tables: [{ ...first, csv: csvOf(rows) }, ...others] }
}

/** So many synthetic patients of the first sample hospital, each drawn anew. */
function csvOf(rows: number): string {
  const lines: string[] = []
  let header = ''
  for (let seed = SEED; lines.length < rows; seed++) {
    const [names = '', ...patients] = (makeSamples(seed, 1)[0]?.csv ?? '').trim().split('\n')
    header = names
    lines.push(...patients.slice(0, rows - lines.length))
  }
  return [header, ...lines, ''].join('\n')
}
