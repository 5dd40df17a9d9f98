import type { ResultsView, RoundView, StudyView } from '#contract/views.ts'
import { hashOf, noise, NOW, US } from './double-world.ts'

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
    left: leftIn(view, i),
    ...(trained ? judgedPart(view, i, loss) : {}),
    ownLoss: trained ? loss + 0.03 + 0.02 * wobble : null,
    sharedLoss: trained ? loss - 0.008 * wobble : null,
    decidedAt: NOW - (view.round - i) * 90_000 + 42_000,
    computeMs: 1840,
    exchangeMs: 620,
  }
}

/** The round in which a hospital lied. */
const LIE = 8

/** What members and our own held-out patients said of a round's model. */
function judgedPart(view: StudyView, i: number, loss: number): Partial<RoundView> {
  const fell = i === LIE
  const heldOut = (fell ? 1.31 : loss) + 0.045
  return {
    heldOut: { rows: 101, events: 45, auc: 0.9 - heldOut / 20, logLoss: heldOut, brier: 0.15, accuracy: 0.8 },
    rolledBack: fell,
    votes: view.members.flatMap(({ id }, j) => {
      if (j === 3) return []
      return [
        { id, vote: fell ? (j === 2 ? 'better' : 'worse') : i > 9 && j === 1 ? 'same' : 'better' } as const,
      ]
    }),
  }
}

/** Attempts that came to nothing: one hospital cut off, and in the void round one that opened another mask. */
function leftIn(view: StudyView, i: number): RoundView['left'] {
  const [, second, third, fourth] = view.members.map(({ id }) => id)
  if (!second || !third || !fourth) return []
  if (i === 5) {
    const named = [{ id: third, by: 3 }]
    return [{ attempt: 0, step: 'reveal', left: 3, named, convicted: [third] }]
  }
  if (i % 9 !== 4) return []
  const named = [
    { id: fourth, by: 3 },
    { id: second, by: 1 },
  ]
  return [{ attempt: 0, step: 'commitment', left: 3, named, convicted: [] }]
}

/** What only a round under way has. */
function openPart(members: RoundView['members'], left: RoundView['left']): Partial<RoundView> {
  const arrived = members.filter((one) => one.state === 'in' && one.id !== US).map(({ id }) => id)
  return { phase: 'exchanging', outcome: null, deadline: NOW + 74_000, arrived, left, attempt: left.length }
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
      attempt: leftIn(view, i).length,
      members,
      bytesSent: 288 * view.members.length,
      startedAt: NOW - (view.round - i) * 90_000,
      ...blank,
      ...(last ? openPart(members, leftIn(view, 4)) : decidedPart(view, i, kind, next() - 0.5)),
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
    worth: { measure: 'logLoss', gain: { value: 0.055, low: 0.012, high: 0.098 }, verdict: 'gain' },
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
