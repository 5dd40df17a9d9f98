import type { ConsentPage, StudyView } from '#contract/views.ts'
import type { OwnResult } from '#engine/consent-benefit.ts'
import { consentParts, consentText } from '#engine/consent-text.ts'
import { notesOf } from './double-papers.ts'
import { resultsOf } from './double-rounds.ts'
import { hashOf, keyOf, nameOf, NOW, US } from './double-world.ts'

/** The shared model on our held-out patients after a round. */
const judged = (round: number, auc: number) => ({
  round,
  figures: { rows: 101, events: 45, auc, logLoss: 0.5, brier: 0.15, accuracy: 0.8 },
})

/** The consent page with the engine's own words. */
export function consentPageOf(view: StudyView, standing: ConsentPage['standing']): ConsentPage {
  const used = view.study.variables.map((one) => one.name)
  const unused = ['patient_no', 'ward', 'slope', 'ca', 'thal', 'num']
  const changes = { since: NOW - 60 * 86_400_000, lines: ['Harbour General Hospital joined.'] }
  const parts = consentParts({
    id: view.id,
    study: view.study,
    us: US,
    asker: {
      id: view.author,
      name: nameOf(view.author === US ? 0 : 1),
      knownSince: NOW - 40 * 86_400_000,
    },
    members: view.study.members.map(({ id, name }, i) => ({ id, name, known: i !== 3 })),
    alike: [],
    changes,
    data: {
      name: 'heart_northfield',
      version: 2,
      rowsTotal: 303,
      train: 199,
      test: 101,
      excluded: 3,
      weight: 128,
      smallestGroup: 92,
      columnsUsed: used,
      columnsUnused: unused,
      filter: 'age >= 18',
      tooFewHeldOut: null,
      alikeOutcome: null,
      contradictions: [],
      cohort: { kept: 302, steps: [{ variable: null, remain: 300 }], hidden: [], rare: ['pain'] },
    },
    fault: null,
    goesOn: [],
    vectors: [
      { kind: 'statistics', parts: [{ name: 'moments', length: 36 }], values: 36, bytes: 288 },
      { kind: 'training', parts: [{ name: 'update', length: 13 }], values: 13, bytes: 104 },
    ],
    pageNumber: 'f'.repeat(32),
    history: {
      trained: view.trained,
      voided: view.voided,
      losses: view.trained > 1 ? { first: 0.681, last: 0.431 } : null,
      gaps: { all: 1, ours: 0 },
      votes: { better: 3, same: 1, worse: 0 },
      rolledBack: view.trained > 8 ? [9] : [],
      heldOut: view.trained > 1 ? { first: judged(2, 0.78), last: judged(view.trained + 1, 0.86) } : null,
      result: null,
      earlier: view.trained > 1 ? null : { version: 1, result: resultsOf(view) as OwnResult },
      convicted: [],
    },
    notes: notesOf(view).map(({ author, answers, text, writtenAt }) => ({
      by: view.members.find((one) => one.id === author)?.name ?? '',
      at: writtenAt,
      isAnswer: answers !== null,
      text,
    })),
  })
  return {
    study: view.id,
    dataset: view.state === 'needs-mapping' ? null : 'heart1234567',
    parts,
    text: consentText(parts),
    textHash: hashOf(77),
    termsHash: hashOf(79),
    language: 'en',
    rowsUsed: 300,
    rowsTotal: 303,
    columnsUsed: used,
    columnsUnused: unused,
    values: 36,
    bytesPerRound: 288,
    standing,
    standingId: standing ? hashOf(78) : null,
    changes,
    preview: {
      meaning: [
        { name: 'weight of our rows', value: 128 },
        { name: 'update of age', value: -0.0213 },
        { name: 'update of male', value: 0.0871 },
        { name: 'update of chol', value: 0.0044 },
      ],
      masked: ['9f3ac1e07d52b846', '0b77d0e45aa91c3f', 'e2c4906f18bd7735', '51d8aa02c9f3e614'],
    },
    collude: Math.min(3, view.members.length),
    asker: { id: keyOf(1), name: nameOf(1), confirmedAt: NOW - 40 * 86_400_000 },
  }
}
