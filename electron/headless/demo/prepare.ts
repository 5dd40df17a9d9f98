import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { randomBytes } from 'node:crypto'
import * as v from 'valibot'
import { AppError } from '#domain/errors.ts'
import { FEWEST_ROWS } from '#domain/floors.ts'
import { createDraw } from '#engine/samples/random.ts'
import { makeSamples, sampleStudy } from '#engine/samples/samples.ts'
import { exactPlan } from '#trainer/plans/choose.ts'
import { freePorts } from '../free-ports.ts'
import { readStudyFile, StudyFile } from '../study-file.ts'
import { tell } from '../terminal.ts'
import type { Hospital } from './hospital.ts'

const SEED = 20_261
/** In a demo hospitals have so many times the patients of a rehearsal. */
const TIMES = 2
/** Tables that `import` reads; what begins with a point is hidden, as `._NAME.csv` beside each file of a Mac's stick. */
const TABLE = /^[^.].*\.(csv|tsv|xlsx|parquet)$/i

/** A hospital's table: made here, or a file that somebody has. */
export type HospitalTable = {
  readonly name: string
  /** How many rows the import has made of it, once that is known. */
  readonly rows?: number
} & ({ readonly csv: string } | { readonly file: string })

/** What a demo is about: hospitals with a table each, and the study that they do. */
export interface Material {
  readonly study: StudyFile
  readonly tables: readonly HospitalTable[]
}

/** The product's own synthetic hospitals, with patients enough for an exact fit of all that was measured: what `demo` shows. */
export function demoMaterial(hospitals: number): Material {
  const material = sampleMaterial(hospitals, TIMES)
  const { study } = material.study
  const rows = material.tables.reduce((sum, one) => sum + one.rows, 0)
  const { plan } = exactPlan({ ...study, hospitals, rows: Math.round(rows / hospitals) })
  return { ...material, study: { ...material.study, study: { ...study, plan } } }
}

/** The product's own synthetic hospitals as they are in a rehearsal. */
export function sampleMaterial(hospitals: number, times = 1) {
  const samples = makeSamples(SEED, hospitals, times)
  const byHospital = Object.fromEntries(samples.map((one) => [one.name, one.mapping]))
  const [first] = samples
  if (!first) throw new AppError('bad-request', 'a demo needs hospitals')
  const study = v.parse(StudyFile.entries.study, { ...sampleStudy, days: 30 })
  const mappings = { default: first.mapping, byHospital }
  const tables = samples.map(({ name, csv }) => ({ name, csv, rows: csv.trim().split('\n').length - 1 }))
  return { study: { format: 1, study, mappings, testRows: {} }, tables } satisfies Material
}

/** A folder with one table for each hospital, and the declared study for them. Throws 'file-missing' for fewer than three. */
export function materialFrom(folder: string, studyFile: string, hospitals: number | null): Material {
  const study = atFloors(readStudyFile(studyFile, { hospitals: hospitals ?? 3, rows: null }))
  if (!existsSync(folder)) throw new AppError('file-missing', folder)
  const files = readdirSync(folder).filter((name) => TABLE.test(name))
  const chosen = files.toSorted().slice(0, hospitals ?? files.length)
  if (chosen.length < 3)
    throw new AppError('file-missing', `${folder} has ${chosen.length} tables; a study needs three`)
  const names = chosen.map((name) => path.parse(name).name.normalize())
  const tables = chosen.map((file, at) => {
    const name = names[at] ?? file
    // Two files of one name are two hospitals.
    return { name: names.indexOf(name) === at ? name : file.normalize(), file: path.join(folder, file) }
  })
  return { study, tables }
}

/** A study that asks for fewer rows than the product's floor runs in a rehearsal with the floor; in earnest it is not proposed. */
function atFloors(file: StudyFile): StudyFile {
  const { rules } = file.study
  if (rules.minimumRows >= FEWEST_ROWS) return file
  tell(
    `The study lets ${rules.minimumRows} rows of a hospital be enough; ${FEWEST_ROWS} are the fewest. This rehearsal asks for ${FEWEST_ROWS}; change minimumRows before you propose it.`,
  )
  return { ...file, study: { ...file.study, rules: { ...rules, minimumRows: FEWEST_ROWS } } }
}

/** The same material with the held-out rows named of each table whose rows are counted, so that the report can be computed a second time. */
export function fixTestRows<M extends Material>(material: M): M {
  const { study, tables } = material
  const drawn = tables.flatMap(({ name, rows }, index) => {
    const known = study.testRows[name] ?? (rows === undefined ? null : drawRows(study, name, rows, index))
    return known ? [[name, known] as const] : []
  })
  return { ...material, study: { ...study, testRows: Object.fromEntries(drawn) } }
}

function drawRows({ mappings }: StudyFile, name: string, rows: number, index: number): number[] {
  const holdout = mappings.byHospital[name]?.holdout ?? mappings.default.holdout
  if (holdout.kind === 'rows') return holdout.rows
  const draw = createDraw(SEED + 31 * index)
  return Array.from({ length: rows }, (_, row) => row).filter(() => draw.chance(holdout.share))
}

/** Lays out a folder for each hospital and returns where its files are. A table that is a file stays where it is. */
export async function layOutHospitals(folder: string, { study, tables }: Material) {
  const members = tables.map((one) => one.name)
  const studyFile = path.join(folder, 'study.json')
  writeFileSync(studyFile, JSON.stringify({ ...study, study: { ...study.study, members } }, null, 2))
  const ports = await freePorts(tables.length)
  const studyFiles: string[] = []
  const hospitals = tables.map((table, index): Hospital => {
    const { name } = table
    const place = path.join(folder, `${index + 1} ${name}`)
    mkdirSync(place, { recursive: true, mode: 0o700 })
    const own = path.join(place, 'study.json')
    copyFileSync(studyFile, own)
    studyFiles.push(own)
    const passphraseFile = path.join(place, 'passphrase')
    writeFileSync(passphraseFile, `${randomBytes(16).toString('base64url')}\n`, { mode: 0o600 })
    const files = { home: path.join(place, 'home'), passphraseFile, report: path.join(place, 'report.json') }
    const csv = fileOf(table, place)
    return { name, csv, ...files, log: path.join(place, 'run.log'), port: ports[index] ?? 0 }
  })
  return { hospitals, studyFiles }
}

/** The size of a table as a file, in bytes. */
export function sizeOf(table: HospitalTable): number {
  return 'file' in table ? statSync(table.file).size : Buffer.byteLength(table.csv)
}

/** Where a table is; one that was made here is written into this folder. */
export function fileOf(table: HospitalTable, folder: string): string {
  if ('file' in table) return table.file
  const file = path.join(folder, `${table.name}.csv`)
  writeFileSync(file, table.csv, { mode: 0o600 })
  return file
}
