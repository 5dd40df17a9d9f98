import type { Suggestion } from '#contract/importing.ts'
import type { Handlers } from '#contract/serve.ts'
import type { IdentifierReport } from '#domain/identifiers.ts'
import type { FileKind, ImportEdits, Preview, PreviewColumn } from '#domain/importing.ts'
import { hashOf } from './double-world.ts'

/** A table in which one column holds names. */
const identifierReport: IdentifierReport = {
  format: 1,
  rows: 303,
  columns: 12,
  findings: [
    {
      column: 'patient',
      class: 'name',
      severity: 'block',
      evidence: 'both',
      cells: 298,
      proposed: 'drop',
      action: null,
    },
    {
      column: 'age',
      class: 'high-age',
      severity: 'warn',
      evidence: 'values',
      cells: 3,
      proposed: 'cap-age',
      action: null,
    },
  ],
  quasi: ['age', 'sex'],
  smallestGroup: 1,
  rowsInSmallGroups: 44,
}

const suggestion = (variable: string, column: string, more: Partial<Suggestion> = {}): Suggestion => ({
  ...{ variable, column, score: 0.93, reasons: ['same-name', 'range'] },
  source: { column, missingCodes: [], scale: null, values: null },
  ...more,
})

const suggestions: Suggestion[] = [
  suggestion('age', 'age'),
  suggestion('male', 'sex', {
    ...{ score: 0.81, reasons: ['synonym', 'categories'] },
    source: { column: 'sex', missingCodes: [], scale: null, values: { '1': 'yes', '0': 'no' } },
  }),
  suggestion('trestbps', 'trestbps', { reasons: ['same-name', 'same-unit'] }),
  suggestion('chol', 'chol', {
    ...{ score: 0.74, reasons: ['same-name', 'unit-converted'] },
    source: { column: 'chol', missingCodes: [], scale: { factor: 38.67, offset: 0 }, values: null },
  }),
]

/** What a join of images to a clinical table meets. */
export const joinCounts = {
  ...{ key: 'PatientID', by: 'mrn', rows: 1204, matched: 1150, withoutKey: 4 },
  ...{ others: 303, othersMatched: 281, othersWithoutKey: 0 },
  ...{ keys: 275, several: 6, differing: 3, columns: 11 },
}

const blank = { state: null, canUndo: false, canRedo: false }

const proposed = (name: string, type: PreviewColumn['type'], unit: string | null = null): PreviewColumn => ({
  ...{ name, type, unit, missingCodes: [], suggestedCodes: [], missing: 0 },
  ...{
    decimal: '.',
    thousands: '',
    dateOrder: null,
    calendar: null,
    century: null,
    clock: null,
    doubts: [],
    ambiguous: false,
    limits: null,
    note: null,
  },
})

/** A file as it is proposed, with what a person decided about the names in it. */
function previewOf(edits: ImportEdits, kind: FileKind): Preview {
  const decided = new Map(edits.map(({ column, action }) => [column, action ?? null]))
  const findings = identifierReport.findings.map((one) => ({
    ...one,
    action: decided.get(one.column) ?? null,
  }))
  return {
    kind,
    encoding: kind === 'csv' ? 'windows-1252' : 'utf-8',
    dialect:
      kind !== 'csv'
        ? null
        : {
            ...{ delimiter: ';', quote: '"', escape: 'double', header: true, rowNames: false, skip: 0 },
            ...{ decimal: ',', thousands: null, dateOrder: null, short: 'refuse' },
            ...{ headerRows: 1, below: 0, comment: '', take: [] },
          },
    sheets: kind === 'xlsx' ? ['Patients', 'Laboratory', 'Notes'] : [],
    columns: [
      proposed('patient', 'text'),
      proposed('age', 'integer', 'a'),
      proposed('sex', 'category'),
      { ...proposed('chol', 'real', 'mg/dL'), suggestedCodes: [{ code: '-9', count: 31 }] },
      { ...proposed('admitted', 'date'), dateOrder: 'dmy', calendar: 'gregorian', doubts: ['order'] },
    ],
    rows: Array.from({ length: 12 }, (_, i) => [
      `${'ABCDEFGHKLMN'[i]}. Example`,
      `${41 + i * 3}`,
      i % 2 ? 'm' : 'f',
      i % 5 === 4 ? '-9' : `${204 + i * 7},5`,
      `0${1 + (i % 9)}.04.2025`,
    ]),
    rowCount: 303,
    rejected: [{ line: 88, reason: 'the line has 12 cells instead of 14' }],
    rejectedCount: 1,
    identifiers: { ...identifierReport, findings },
  }
}

const kinds = ['xlsx', 'parquet'] as const

/** Profiles, previews and edits. */
export function importingIn() {
  let kind: FileKind = 'csv'
  return {
    'imports.begin': ({ name, source, size }) => {
      kind = kinds.find((one) => source.endsWith(`.${one}`)) ?? (source.endsWith('.csv') ? 'csv' : 'dicom')
      return { id: 'import-1', name, size, done: 0, rows: 0 }
    },
    'imports.preview': ({ edits }) => previewOf(edits ?? [], kind),
    'datasets.profile': ({ id }) => ({
      dataset: id,
      version: 2,
      profile: [
        {
          name: 'age',
          histogram: { low: 28, high: 78, counts: [7, 31, 58, 74, 61, 47, 20, 5] },
          deviation: 9.04,
          quartiles: [48, 55, 61] as [number, number, number],
          suspicious: [{ kind: 'spike' as const, value: 55, rows: 29, detail: '' }],
        },
      ],
      identifiers: { report: identifierReport, hash: hashOf(8) },
    }),
    'mappings.suggest': ({ study, dataset }) => ({ study, dataset, variables: suggestions, outcome: null }),
    'mappings.preview': () => ({ variables: [], outcome: [], used: [] }),
    'edits.get': () => blank,
    'edits.put': () => blank,
    'edits.undo': () => blank,
    'edits.redo': () => blank,
    'edits.clear': () => null,
  } satisfies Partial<Handlers>
}
