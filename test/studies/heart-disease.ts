import type { InferInput } from 'valibot'
import { CONVERGED } from '#domain/plan.ts'
import type { StudyFile } from '#headless/study-file.ts'

const yes = { '1': 'yes', '0': 'no' }
const number = (name: string, label: string, unit: string, low: number, high: number) =>
  ({ type: 'number', name, label, unit, low, high, outside: 'clip', missing: 'exclude' }) as const
const boolean = (name: string, label: string) =>
  ({ type: 'boolean', name, label, missing: 'exclude' }) as const
const category = (name: string, label: string, categories: string[]) =>
  ({ type: 'category', name, label, categories, unlisted: 'missing', missing: 'exclude' }) as const
const column = (name: string) => ({ column: name, missingCodes: ['?'] })

/** UCI heart disease at four hospitals, preprocessed as the FLamby benchmark does: 13 features, complete rows only. */
export const heartDisease = {
  format: 1,
  study: {
    name: 'Heart disease at four hospitals',
    purpose:
      'Predict angiographic heart disease (a vessel narrowed by more than half) from what is known before angiography.',
    references: { legalBasis: 'Public, de-identified research data', duo: ['DUO:0000042'] },
    variables: [
      number('age', 'Age', 'a', 18, 100),
      boolean('male', 'Male sex'),
      category('cp', 'Chest pain: 1 typical angina, 2 atypical, 3 other, 4 none', ['1', '2', '3', '4']),
      number('trestbps', 'Systolic blood pressure at rest', 'mm[Hg]', 0, 250),
      number('chol', 'Serum cholesterol', 'mg/dL', 0, 700),
      boolean('fbs', 'Fasting glucose above 120 mg/dL'),
      category('restecg', 'ECG at rest: 0 normal, 1 ST-T abnormal, 2 hypertrophy', ['0', '1', '2']),
      number('thalach', 'Highest heart rate under exercise', '/min', 40, 230),
      boolean('exang', 'Angina under exercise'),
      number('oldpeak', 'ST depression under exercise', 'mm', -5, 10),
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
      l2: 0.01,
      local: { optimizer: 'sgd', learningRate: 0.1, batch: 32, steps: 10 },
      outer: { kind: 'average' },
      gate: 'votes',
      stopping: CONVERGED,
      rounds: 60,
    },
    privacy: { kind: 'masked' },
    rules: {
      minimumSum: 3,
      weightBands: [16, 32, 64, 96, 128, 160, 192, 256],
      minimumRows: 20,
      lastRound: 130,
      pace: { answer: 600_000, compute: 60_000, exchange: 30_000 },
    },
  },
  mappings: {
    default: {
      variables: {
        age: column('age'),
        male: { ...column('sex'), values: yes },
        cp: column('cp'),
        trestbps: column('trestbps'),
        chol: column('chol'),
        fbs: { ...column('fbs'), values: yes },
        restecg: column('restecg'),
        thalach: column('thalach'),
        exang: { ...column('exang'), values: yes },
        oldpeak: column('oldpeak'),
      },
      outcome: { rule: 'above', column: 'num', threshold: 0 },
      holdout: { kind: 'share', share: 0.34 },
    },
  },
} satisfies InferInput<typeof StudyFile>
