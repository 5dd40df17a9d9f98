import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { randomBytes } from 'node:crypto'
import { AppError } from '#domain/errors.ts'
import { createDraw } from '#engine/samples/random.ts'
import { makeSamples, sampleStudy } from '#engine/samples/samples.ts'
import { freePorts } from '../free-ports.ts'
import { readStudyFile, type StudyFile } from '../study-file.ts'
import type { Hospital } from './hospital.ts'

const SEED = 20_261

/** What a demo is about: hospitals with a table each, and the study that they do. */
export interface Material {
  readonly study: StudyFile
  readonly tables: readonly { readonly name: string; readonly csv: string }[]
}

/** The product's own synthetic hospitals. */
export function sampleMaterial(hospitals: number): Material {
  const samples = makeSamples(SEED, hospitals)
  const byHospital = Object.fromEntries(samples.map((one) => [one.name, one.mapping]))
  const [first] = samples
  if (!first) throw new AppError('bad-request', 'a demo needs hospitals')
  // Safe: the samples' study is checked by the contract's types; defaults are filled in where it is proposed.
  const study = { ...sampleStudy, days: 30 } as StudyFile['study']
  const mappings = { default: first.mapping, byHospital }
  return { study: { format: 1, study, mappings, testRows: {} }, tables: samples }
}

/** A folder with one CSV for each hospital, and the declared study for them. */
export function materialFrom(folder: string, studyFile: string, hospitals: number | null): Material {
  const study = readStudyFile(studyFile)
  if (!existsSync(folder)) throw new AppError('file-missing', folder)
  const files = readdirSync(folder).filter((name) => name.toLowerCase().endsWith('.csv'))
  const chosen = files.toSorted().slice(0, hospitals ?? files.length)
  if (chosen.length < 3)
    throw new AppError('file-missing', `${folder} has ${chosen.length} CSV files; a study needs three`)
  const tables = chosen.map((name) => ({
    name: path.parse(name).name,
    csv: readFileSync(path.join(folder, name), 'utf8'),
  }))
  return { study, tables }
}

/** The same material with every hospital's held-out rows named, so that the report can be computed a second time. */
export function fixTestRows({ study, tables }: Material): Material {
  const testRows = Object.fromEntries(
    tables.map(({ name, csv }, index) => [name, study.testRows[name] ?? drawRows(study, name, csv, index)]),
  )
  return { study: { ...study, testRows }, tables }
}

function drawRows({ mappings }: StudyFile, name: string, csv: string, index: number): number[] {
  const holdout = mappings.byHospital[name]?.holdout ?? mappings.default.holdout
  if (holdout.kind === 'rows') return holdout.rows
  const rows = csv.split('\n').filter((line) => line.trim() !== '').length - 1
  const draw = createDraw(SEED + 31 * index)
  return Array.from({ length: rows }, (_, row) => row).filter(() => draw.chance(holdout.share))
}

/** Lays out a folder for each hospital and returns where its files are. */
export async function layOutHospitals(folder: string, { study, tables }: Material) {
  const members = tables.map((one) => one.name)
  const studyFile = path.join(folder, 'study.json')
  writeFileSync(studyFile, JSON.stringify({ ...study, study: { ...study.study, members } }, null, 2))
  const ports = await freePorts(tables.length)
  const hospitals = tables.map(({ name, csv }, index): Hospital => {
    const place = path.join(folder, `${index + 1} ${name}`)
    mkdirSync(place, { recursive: true, mode: 0o700 })
    const files = { csv: path.join(place, `${name}.csv`), passphraseFile: path.join(place, 'passphrase') }
    writeFileSync(files.csv, csv, { mode: 0o600 })
    writeFileSync(files.passphraseFile, `${randomBytes(16).toString('base64url')}\n`, { mode: 0o600 })
    const home = path.join(place, 'home')
    const port = ports[index] ?? 0
    return {
      name,
      ...files,
      home,
      report: path.join(place, 'report.json'),
      log: path.join(place, 'run.log'),
      port,
    }
  })
  const ownFiles = hospitals.map(({ csv }) => {
    const own = path.join(path.dirname(csv), 'study.json')
    copyFileSync(studyFile, own)
    return own
  })
  return { hospitals, studyFiles: ownFiles }
}
