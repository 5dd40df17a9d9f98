import type { IdentifierClass, IdentifierFinding } from '#domain/identifiers.ts'
import { plainWords } from './identifier-headers.ts'

/** Classes that tell one patient from another, the surest first. */
export const PATIENT_CLASSES: readonly IdentifierClass[] = [
  'national-number',
  'record-number',
  'unique-values',
  'account-number',
  'email',
  'name',
]

/** Numbers of what is done with a patient, of which one patient has several: visits, examinations, samples. */
const OF_VISITS =
  /(?:^| )(?:accession|visits?|encounters?|episodes?|admissions?|hadm|stay|csn|cases?|specimens?|samples?|orders?|exams?|examinations?|stud(?:y|ies)|series|scans?|reports?|fall ?\w*|aufnahme\w*|behandlung\w*|besuch\w*|sejour|ricovero|episod\w*|opname\w*|indlaeg\w*|innlegg\w*|inskriv\w*|hospitali\w*|estancia|atendimento|probe\w*)(?: |$)/
const OF_PATIENTS =
  /(?:^| )(?:\w*(?:patient|pasient|pacient|pacjent|pacijent|pazient|paciente|potila|beteg|hasta)\w*|pat|pid|mrn|empi|ipp|nhc|subject|person|participant|client|proband|usubjid|subjid)(?: |$)/

/**
 * The column that says which patient a row is of: a number of patients that is hashed or kept by what the findings say is done.
 * A number of visits or examinations goes behind all others, however few values it has; of several that are alike the one with the
 * fewest different values (`distinct`, by column; others are not asked). Null where there is none.
 */
export function patientAmong(
  findings: readonly IdentifierFinding[],
  distinct: ReadonlyMap<string, number>,
): string | null {
  const named = findings.filter(
    ({ column, class: found, action, evidence }) =>
      distinct.has(column) &&
      PATIENT_CLASSES.includes(found) &&
      (action === 'hash' || (action === 'keep' && evidence !== 'values' && found.endsWith('-number'))),
  )
  const ranked = named.toSorted(
    (a, b) =>
      Number(isOf(OF_VISITS, a)) - Number(isOf(OF_VISITS, b)) ||
      PATIENT_CLASSES.indexOf(a.class) - PATIENT_CLASSES.indexOf(b.class) ||
      Number(isOf(OF_PATIENTS, b)) - Number(isOf(OF_PATIENTS, a)) ||
      (distinct.get(a.column) ?? 0) - (distinct.get(b.column) ?? 0) ||
      (a.column < b.column ? -1 : 1),
  )
  return ranked[0]?.column ?? null
}

function isOf(words: RegExp, { column }: IdentifierFinding): boolean {
  return words.test(plainWords(column))
}
