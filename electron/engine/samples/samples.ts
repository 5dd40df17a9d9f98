import type { Input } from '#contract/calls.ts'
import type { Mapping } from '#domain/dataset.ts'
import { drawPatient, type Patient } from './patients.ts'
import { createDraw, type Draw } from './random.ts'
import { sampleHospitals, type SampleHospital } from './hospitals.ts'

/** A synthetic hospital's table as a CSV text, and how its columns are read. */
export interface Sample {
  readonly name: string
  readonly about: string
  readonly csv: string
  readonly rows: number
  readonly mapping: Mapping
}

/**
 * Tables of synthetic patients for rehearsals: nobody in them ever lived. The same seed gives the same bytes on every
 * machine. Beyond the four that differ most, further hospitals repeat their ways with new patients and new names. Each is `times` as large.
 */
export function makeSamples(seed: number, hospitals = sampleHospitals.length, times = 1): Sample[] {
  return Array.from({ length: hospitals }, (_, index) => {
    const kind = sampleHospitals[index % sampleHospitals.length]
    if (!kind) throw new RangeError('There are sample hospitals')
    const again = Math.floor(index / sampleHospitals.length)
    const name = again === 0 ? kind.name : `${kind.name} ${again + 1}`
    return makeSample({ ...kind, name, rows: times * kind.rows }, createDraw(seed + 7919 * index))
  })
}

function makeSample(hospital: SampleHospital, draw: Draw): Sample {
  const header = Object.keys(hospital.columns).join(',')
  const lines = Array.from({ length: hospital.rows }, () =>
    writeRow(hospital, draw, drawPatient(draw, hospital.mix)),
  )
  return {
    name: hospital.name,
    about: hospital.about,
    csv: [header, ...lines, ''].join('\n'),
    rows: hospital.rows,
    mapping: {
      variables: hospital.mapping,
      outcome: { rule: 'equals', column: 'disease', positive: ['1'] },
      holdout: { kind: 'share', share: 0.35 },
      subgroups: [],
    },
  }
}

function writeRow({ columns, missing, missingCode }: SampleHospital, draw: Draw, patient: Patient): string {
  return Object.entries(columns)
    .map(([column, write]) => (draw.chance(missing[column] ?? 0) ? missingCode : write(patient)))
    .join(',')
}

const number = (name: string, label: string, unit: string, low: number, high: number) =>
  ({ type: 'number', name, label, unit, low, high, outside: 'clip', missing: 'mean-and-indicator' }) as const
const boolean = (name: string, label: string) =>
  ({ type: 'boolean', name, label, missing: 'indicator' }) as const

/** The study that the sample hospitals do together, still without members and an end: averaged, so that votes can be watched. */
export const sampleStudy: Omit<Input<'studies.propose'>, 'members' | 'previous' | 'expiresAt'> = {
  name: 'Coronary disease in patients with chest pain (rehearsal on synthetic patients)',
  purpose:
    'Rehearse a federated study from import to result. The patients are synthetic: the result says nothing about medicine.',
  references: { legalBasis: 'No personal data: synthetic patients' },
  variables: [
    number('age', 'Age', 'a', 18, 110),
    boolean('male', 'Male sex'),
    {
      type: 'category',
      name: 'pain',
      label: 'Chest pain',
      categories: ['none', 'typical', 'atypical', 'other'],
      unlisted: 'missing',
      missing: 'reference',
    },
    number('pressure', 'Systolic blood pressure', 'mm[Hg]', 60, 260),
    number('cholesterol', 'Total cholesterol', 'mg/dL', 50, 600),
    number('creatinine', 'Creatinine', 'mg/dL', 0.2, 15),
    boolean('smoker', 'Smokes'),
    boolean('diabetes', 'Diabetes'),
    number('peakRate', 'Highest heart rate under exercise', '/min', 40, 230),
  ],
  outcome: {
    task: 'binary',
    name: 'disease',
    label: 'Coronary disease',
    positive: 'a vessel narrowed by more than half',
  },
  plan: {
    model: { kind: 'linear' },
    intercept: 'private',
    l2: 0.01,
    local: { optimizer: 'sgd', learningRate: 0.1, batch: 32, steps: 10 },
    outer: { kind: 'average' },
    gate: 'votes',
    rounds: 12,
  },
  privacy: { kind: 'masked' },
  rules: {
    minimumSum: 3,
    weightBands: [32, 64, 96, 128, 192, 256, 384],
    minimumRows: 32,
    lastRound: 40,
    pace: { answer: 600_000, compute: 60_000, exchange: 30_000 },
  },
}
