import type { Handlers } from '#contract/serve.ts'
import type { IdentifierReport } from '#domain/identifiers.ts'
import { hashOf } from './double-world.ts'

/** A table in which one column holds names. */
export const identifierReport: IdentifierReport = {
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

const blank = { state: null, canUndo: false, canRedo: false }

/** Profiles, previews and edits. */
export function importingIn() {
  return {
    'imports.preview': () => ({
      kind: 'csv' as const,
      encoding: 'utf-8',
      dialect: null,
      sheets: [],
      columns: [],
      rows: [],
      rowCount: 303,
      rejected: [],
      rejectedCount: 0,
      identifiers: identifierReport,
    }),
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
    'mappings.suggest': ({ study, dataset }) => ({ study, dataset, variables: [], outcome: null }),
    'mappings.preview': () => ({ variables: [], outcome: [], used: [] }),
    'edits.get': () => blank,
    'edits.put': () => blank,
    'edits.undo': () => blank,
    'edits.redo': () => blank,
    'edits.clear': () => null,
  } satisfies Partial<Handlers>
}
