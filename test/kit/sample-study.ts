import type { Member, Study } from '#domain/study.ts'

/** A small valid study of these members. */
export function aStudy(members: readonly Member[], name = 'Heart disease'): Study {
  return {
    kind: 'study',
    name,
    version: 1,
    previous: null,
    purpose: 'Predict heart disease',
    references: { person: '', ethics: '', dpia: '', agreement: '', legalBasis: '', duo: [], retention: '' },
    members: [...members],
    variables: [
      {
        type: 'number',
        name: 'age',
        label: '',
        unit: 'a',
        low: 0,
        high: 120,
        outside: 'clip',
        missing: 'mean-and-indicator',
      },
    ],
    outcome: { task: 'binary', name: 'disease', label: '', positive: 'yes' },
    plan: {
      model: { kind: 'linear' },
      intercept: 'private',
      head: 'shared',
      l2: 0,
      local: {
        optimizer: 'sgd',
        learningRate: 0.1,
        batch: 16,
        steps: 10,
        proximal: 0,
        controlVariates: false,
      },
      outer: { kind: 'average' },
      rounds: 5,
      stopping: { kind: 'never' },
      updateBound: 10,
      origin: '',
    },
    privacy: { kind: 'masked' },
    rules: {
      quorum: 'two-thirds',
      minimumSum: 3,
      weightBands: [20, 50, 100],
      minimumRows: 20,
      lastRound: 40,
      pace: { answer: 60_000, compute: 60_000, exchange: 60_000 },
    },
    createdAt: 1_700_000_000_000,
    expiresAt: 1_900_000_000_000,
  }
}
