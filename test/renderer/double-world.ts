import type { StudyView } from '#contract/views.ts'
import type { Study } from '#domain/study.ts'

/** The double stands in for an engine in pictures of states that a real one reaches only after hours. Never in the product. */
export const NOW = Date.UTC(2026, 10, 23, 9, 12)
export const DAY = 86_400_000

/** Numbers from 0 to 1 that look random and are the same in every picture. */
export function noise(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}

const letters = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const hex = '0123456789abcdef'
const drawn = (from: string, length: number, seed: number) => {
  const next = noise(seed)
  return Array.from({ length }, () => from[Math.floor(next() * from.length)]).join('')
}
export const keyOf = (n: number) => `12D3KooW${drawn(letters, 44, n + 7)}`
export const hashOf = (n: number) => drawn(hex, 64, n + 1001)

const places =
  'Northfield,Lakeside University,Harbour General,St Brendan,Kirkwood,Alder Valley,Rosemount,Westgate'.split(
    ',',
  )
const extra = 'Regional,Children’s,Memorial,Mercy,Central,Eastern,Royal'.split(',')
export const nameOf = (n: number) =>
  n < places.length ? `${places[n]} Hospital` : `${places[n % 8]} ${extra[n % 7]} Hospital ${n}`
export const US = keyOf(0)

/** A study like the one on heart disease. */
export function studyOf(name: string, members: number): Study {
  return {
    kind: 'study',
    name,
    version: 2,
    previous: hashOf(9),
    start: {
      after: 9,
      statistics: { version: 1, round: 1, artefact: hashOf(10) },
      model: { version: 1, round: 8, artefact: hashOf(11) },
    },
    purpose:
      'Predict heart disease on angiography (a vessel narrowed by more than half) from what is known before it, to spare patients who do not need one.',
    references: {
      person: 'Dr. Ines Lindqvist, cardiology',
      ethics: '2026-114, Regional Ethics Board',
      dpia: 'DPIA-88, 3 March 2026',
      agreement: 'Consortium agreement of 12 January 2026',
      legalBasis: 'GDPR 6(1)(e), 9(2)(j)',
      duo: ['DUO:0000007'],
      retention: 'Model and certificates for ten years',
    },
    members: Array.from({ length: members }, (_, i) => ({ id: keyOf(i), name: nameOf(i) })),
    variables: [
      {
        type: 'number',
        name: 'age',
        label: 'Age',
        unit: 'a',
        low: 18,
        high: 100,
        outside: 'clip',
        missing: 'exclude',
      },
      { type: 'boolean', name: 'male', label: 'Male sex', missing: 'exclude' },
      {
        type: 'category',
        name: 'cp',
        label: 'Chest pain',
        categories: ['1', '2', '3', '4'],
        unlisted: 'missing',
        missing: 'exclude',
      },
      {
        type: 'number',
        name: 'trestbps',
        label: 'Systolic blood pressure at rest',
        unit: 'mm[Hg]',
        low: 0,
        high: 250,
        outside: 'clip',
        missing: 'mean',
      },
      {
        type: 'number',
        name: 'chol',
        label: 'Serum cholesterol',
        unit: 'mg/dL',
        low: 0,
        high: 700,
        outside: 'clip',
        missing: 'mean',
      },
      { type: 'boolean', name: 'exang', label: 'Angina under exercise', missing: 'indicator' },
    ],
    outcome: {
      task: 'binary',
      name: 'disease',
      label: 'Heart disease',
      positive: 'a vessel narrowed by more than half',
    },
    plan: {
      model: { kind: 'linear' },
      intercept: 'private',
      head: 'shared',
      l2: 0.01,
      local: {
        optimizer: 'sgd',
        learningRate: 0.1,
        batch: 32,
        steps: 10,
        proximal: 0,
        controlVariates: false,
      },
      outer: { kind: 'average' },
      rounds: 30,
      stopping: { kind: 'never' },
      updateBound: 10,
      origin: '',
    },
    privacy: { kind: 'masked' },
    rules: {
      quorum: 'two-thirds',
      minimumSum: 4,
      weightBands: [16, 32, 64, 128, 256],
      minimumRows: 20,
      lastRound: 80,
      pace: { answer: 5 * DAY, compute: 600_000, exchange: 120_000 },
    },
    createdAt: NOW - 2 * DAY,
    expiresAt: NOW + 68 * DAY,
  }
}

/** A study as the engine shows it. */
export function viewOf(
  n: number,
  name: string,
  members: number,
  state: StudyView['state'],
  trained: number,
): StudyView {
  const study = studyOf(name, members)
  const answered = state !== 'needs-consent' && state !== 'needs-mapping'
  return {
    id: hashOf(n),
    author: keyOf(n % 2 === 0 ? 1 : 0),
    study,
    state,
    members: study.members.map(({ id, name: member }, i) => ({
      id,
      name: member,
      answer:
        i === 0 ? (answered ? 'approved' : 'none') : i === 3 ? 'none' : i === 11 ? 'declined' : 'approved',
      weight: i === 3 || (i === 0 && !answered) ? null : [64, 128, 256][i % 3]!,
      connected: i !== 3 && i % 13 !== 12,
    })),
    round: trained > 0 ? trained + 1 : 0,
    roundKind: state === 'running' ? 'training' : null,
    trained,
    voided: trained > 5 ? 1 : 0,
    modelHash: trained > 0 ? hashOf(n + 50) : null,
    bytesSent: trained * 288 * members,
  }
}
