import type { ConsentPage, ResultsView, RoundView, StudyView } from '#contract/views.ts'
import { consentParts, consentText } from '#engine/consent-text.ts'
import { notesOf } from './double-papers.ts'
import { hashOf, keyOf, nameOf, noise, NOW, US } from './double-world.ts'

const outcomeOf = (i: number): RoundView['outcome'] =>
  i === 5
    ? { result: 'void' }
    : { result: 'sum', roster: hashOf(i), ctx: hashOf(i), sum: hashOf(i), artefact: hashOf(i) }

function membersOf(view: StudyView, i: number, last: boolean): RoundView['members'] {
  return view.members.map(({ id }, j) => {
    if (j === 3 && (last || i % 4 === 0)) return { id, state: 'missing', reason: 'unreachable' }
    return { id, state: last && j % 5 === 2 ? 'waiting' : 'in', reason: null }
  })
}

/** What only a round that is decided has. */
function decidedPart(
  view: StudyView,
  i: number,
  kind: RoundView['kind'],
  wobble: number,
): Partial<RoundView> {
  const loss = 0.42 + 0.27 * Math.exp(-i / 6)
  const trained = kind === 'training' && i !== 5
  return {
    phase: 'decided',
    outcome: outcomeOf(i),
    left: [],
    ownLoss: trained ? loss + 0.03 + 0.02 * wobble : null,
    sharedLoss: trained ? loss - 0.008 * wobble : null,
    decidedAt: NOW - (view.round - i) * 90_000 + 42_000,
    computeMs: 1840,
    exchangeMs: 620,
  }
}

/** What only a round under way has. */
function openPart(members: RoundView['members']): Partial<RoundView> {
  const arrived = members.filter((one) => one.state === 'in' && one.id !== US).map(({ id }) => id)
  return { phase: 'exchanging', outcome: null, deadline: NOW + 74_000, arrived }
}

function kindOf(view: StudyView, round: number): RoundView['kind'] {
  if (round === 1) return 'statistics'
  return round === view.round && view.state === 'finished' ? 'evaluation' : 'training'
}

/** The history of a study: losses that fall, one void round, one member missing now and then. */
export function roundsOf(view: StudyView): RoundView[] {
  const next = noise(11)
  return Array.from({ length: view.round }, (_, i): RoundView => {
    const round = i + 1
    const last = round === view.round && view.state === 'running'
    const kind = kindOf(view, round)
    const members = membersOf(view, i, last)
    const blank = {
      outcome: null,
      left: [],
      ownLoss: null,
      sharedLoss: null,
      decidedAt: null,
      computeMs: null,
      exchangeMs: null,
    }
    return {
      study: view.id,
      round,
      kind,
      phase: 'proposed',
      attempt: i % 9 === 4 ? 1 : 0,
      members,
      bytesSent: 288 * view.members.length,
      startedAt: NOW - (view.round - i) * 90_000,
      ...blank,
      ...(last ? openPart(members) : decidedPart(view, i, kind, next() - 0.5)),
    }
  })
}

const around = (value: number, by: number) => ({ value, low: value - by, high: Math.min(1, value + by) })

/** A result with every detail that the contract has words for. */
export function resultsOf(view: StudyView): ResultsView {
  const grid = Array.from({ length: 41 }, (_, i) => i / 40)
  const roc = (shape: number) => grid.map((fpr) => ({ fpr, tpr: fpr ** shape }))
  const bins = (slope: number) =>
    [0.06, 0.15, 0.27, 0.38, 0.5, 0.61, 0.74, 0.9].map((predicted, i) => {
      const observed = Math.min(0.97, Math.max(0.02, 0.5 + (predicted - 0.5) * slope + (i % 3) * 0.02 - 0.02))
      return {
        predicted,
        observed,
        low: Math.max(0, observed - 0.11),
        high: Math.min(1, observed + 0.11),
        rows: 12 + i,
      }
    })
  const figures = (auc: number, logLoss: number) => ({
    rows: 104,
    events: 48,
    auc,
    logLoss,
    brier: 0.139,
    accuracy: 0.81,
  })
  const set = (auc: number, logLoss: number) => ({
    auc: around(auc, 0.06),
    logLoss: around(logLoss, 0.05),
    brier: around(0.139, 0.02),
  })
  return {
    study: view.id,
    alone: figures(0.838, 0.486),
    shared: figures(0.884, 0.431),
    overall: { ...figures(0.879, 0.438), rows: 252, events: 131 },
    overallAlone: { ...figures(0.812, 0.52), rows: 252, events: 131 },
    modelHash: view.modelHash,
    intervals: { alone: set(0.838, 0.486), shared: set(0.884, 0.431), overall: set(0.879, 0.438) },
    difference: { value: 0.046, low: 0.008, high: 0.085 },
    roc: { alone: roc(0.26), shared: roc(0.17) },
    calibration: { alone: bins(0.8), shared: bins(0.97) },
    subgroups: [
      ['sex', 'women', 36, 0.84, 0.9],
      ['sex', 'men', 68, 0.82, 0.87],
      ['age', 'under 50', 31, 0.78, 0.86],
      ['age', '50 to 64', 52, 0.85, 0.88],
      ['age', '65 and over', 21, 0.8, 0.79],
    ].map(([name, label, rows, alone, shared]) => ({
      name: String(name),
      label: String(label),
      rows: Number(rows),
      events: Math.round(Number(rows) / 2.2),
      alone: around(Number(alone), 3 / Number(rows)),
      shared: around(Number(shared), 2.8 / Number(rows)),
    })),
    offer: { rows: 100, alone: around(0.84, 0.05), shared: around(0.88, 0.04) },
    members: view.members.slice(0, 12).map(({ id }, i) => ({
      id,
      published: i !== 0,
      rows: 60 + 11 * i,
      alone: i === 3 ? null : around(0.79 + (i % 4) * 0.02, 0.05),
      shared: i === 3 ? null : around(0.85 + (i % 3) * 0.02, 0.04),
    })),
  }
}

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
      words: ['orbit', 'velvet', 'canyon', 'ladder', 'mimic', 'ozone'],
    },
    members: view.study.members.map(({ id, name }, i) => ({ id, name, known: i !== 3 })),
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
    },
    fault: null,
    vectors: [
      { kind: 'statistics', values: 36, bytes: 288 },
      { kind: 'training', values: 13, bytes: 104 },
    ],
    history: {
      trained: view.trained,
      voided: view.voided,
      losses: view.trained > 1 ? { first: 0.681, last: 0.431 } : null,
      gaps: { all: 1, ours: 0 },
      votes: { better: 3, same: 1, worse: 0 },
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
