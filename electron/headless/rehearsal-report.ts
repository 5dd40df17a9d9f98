import { existsSync, readFileSync } from 'node:fs'
import * as v from 'valibot'
import type { Scores } from '#engine/results.ts'
import { AppError } from '#domain/errors.ts'
import { Hash, Text } from '#domain/values.ts'
import { writePrivate } from './home.ts'

const Judged = v.strictObject({ scores: v.array(v.number()), labels: v.array(v.number()) })

/** Scores and labels of one institution's held-out rows, written by itself in a rehearsal on sample data. */
export const RehearsalReport = v.strictObject({
  format: v.literal(1),
  institution: Text(120),
  study: Hash,
  alone: v.optional(Judged),
  shared: v.optional(Judged),
})
export type RehearsalReport = v.InferOutput<typeof RehearsalReport>

/** Collects scores into a file that only this account reads; a report that stands there already is continued. */
export function createReport(file: string, institution: string) {
  function add({ study, model, scores, labels }: Scores): void {
    const before = existsSync(file) ? readReport(file) : null
    const kept = before?.study === study ? before : {}
    const judged = { scores: [...scores], labels: [...labels] }
    writePrivate(file, { ...kept, format: 1, institution, study, [model]: judged })
  }
  return { add }
}

/** Reads a report. Throws 'file-missing' or 'file-unreadable'. */
export function readReport(file: string): RehearsalReport {
  if (!existsSync(file)) throw new AppError('file-missing', file)
  const parsed = v.safeParse(RehearsalReport, JSON.parse(readFileSync(file, 'utf8')))
  if (!parsed.success) throw new AppError('file-unreadable', `${file} is no rehearsal report`)
  return parsed.output
}
