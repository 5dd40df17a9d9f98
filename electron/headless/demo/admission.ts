import { createHash } from 'node:crypto'
import { AppError } from '#domain/errors.ts'
import type { Study } from '#domain/study.ts'
import { checkStudy } from '#domain/study-check.ts'
import { shapesOf } from '#engine/study-shapes.ts'
import { systemClock } from '../clock.ts'
import { sourceOf } from '../commands/import-files.ts'
import { unnamedLines } from '../commands/mapping-report.ts'
import { draftOf, type StudyFile } from '../study-file.ts'
import { tell } from '../terminal.ts'
import { sentenceOf } from '../words.ts'
import type { Checked, Desk } from './desk.ts'
import { averagedWhereRefused } from './exactly.ts'
import { fileOf, fixTestRows, type HospitalTable, type Material } from './prepare.ts'

/** A study with two hospitals would show each the other's numbers. */
const FEWEST = 3

/**
 * Leaves out each hospital whose table cannot be read or does not fit the study, and says why and what can be done. Throws
 * 'study-bad' for a study that nobody could run, and 'not-available' where too few hospitals remain.
 */
export async function admit(desk: Desk, folder: string, all: Material): Promise<Material> {
  const read: HospitalTable[] = []
  for (const table of all.tables) {
    const rows = await take(desk, table, fileOf(table, folder))
    if (rows !== null) read.push({ ...table, rows })
  }
  refuseTooFew(all, read.length)
  const material = fixTestRows({ ...all, tables: read })
  const study = studyOf(material)
  const fits: HospitalTable[] = []
  for (const table of read) {
    const lines = refusalOf(await desk.check(study, material.study, table.name), material.study, table.name)
    if (lines.length === 0) fits.push(table)
    else tell([`${table.name} is left out; its table does not fit the study:`, ...lines].join('\n  '))
  }
  refuseTooFew(all, fits.length)
  const admitted = { ...material, tables: fits }
  return averagedWhereRefused(desk, admitted, study)
}

/** How many rows the import made of a table, or null where it made none. */
async function take(desk: Desk, { name }: HospitalTable, file: string): Promise<number | null> {
  try {
    const { rows, remarks } = await desk.take(name, file, sourceOf(file).size)
    for (const one of remarks) tell(`  ${name}: ${one}`)
    return rows
  } catch (error) {
    tell(`${name} is left out; its table cannot be taken: ${sentenceOf(error)}`)
    return null
  }
}

function refuseTooFew({ study, tables }: Material, remaining: number): void {
  const need = Math.max(FEWEST, study.study.rules.minimumSum)
  if (remaining >= need) return
  throw new AppError(
    'not-available',
    `${remaining} of ${tables.length} hospitals can take part, and this study needs ${need}; mend what is said above and start again`,
  )
}

/** The study as it will be proposed, but for the keys of its members, which are not made yet. */
function studyOf({ study: file, tables }: Material): Study {
  const members = tables.map(({ name }) => ({ id: createHash('sha256').update(name).digest('hex'), name }))
  const [own, ...others] = members
  if (!own) throw new AppError('bad-request', 'a demo needs hospitals')
  const now = systemClock.now()
  const named = { ...file, study: { ...file.study, members: tables.map((one) => one.name) } }
  const draft = draftOf(named, own, others, now)
  const sorted = draft.members.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const study: Study = { ...draft, kind: 'study', version: 1, members: sorted, createdAt: now }
  const known = new Set(others.map((one) => one.id))
  checkStudy(study, { me: own.id, known, now, previous: null, shapes: shapesOf(study) })
  return study
}

/** Why a table does not fit, and what can be done: empty where it does. */
export function refusalOf({ findings, unnamed }: Checked, file: StudyFile, name: string): string[] {
  const wrong = findings.filter((one) => one.severity === 'error')
  if (wrong.length === 0) return []
  const stopping = unnamed.filter((one) => one.stops)
  const here = `mappings, byHospital, ${JSON.stringify(name)}`
  const where = (variable: string) =>
    variable === file.study.outcome.name ? 'outcome' : `variables, ${JSON.stringify(variable)}, values`
  // Rows that are not read are too few, which helps nobody.
  const causes = wrong.filter((one) => one.code !== 'rows-too-few')
  const columns = wrong.some((one) => one.code === 'column-missing')
  return [
    ...(causes.length > 0 ? causes : wrong).map((one) => one.detail),
    ...stopping.flatMap((one) => [
      ...unnamedLines(one),
      `Say what each means in the study file under ${here}, ${where(one.variable)}.`,
    ]),
    ...(columns ? [`Name the columns of this hospital in the study file under ${here}, variables.`] : []),
  ]
}
