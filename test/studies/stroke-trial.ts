import type { InferInput } from 'valibot'
import type { StudyFile } from '#headless/study-file.ts'

const number = (name: string, label: string, unit: string, low: number, high: number) =>
  ({ type: 'number', name, label, unit, low, high, outside: 'clip', missing: 'mean' }) as const
const boolean = (name: string, label: string) => ({ type: 'boolean', name, label, missing: 'no' }) as const
const category = (name: string, label: string, categories: string[]) =>
  ({ type: 'category', name, label, categories, unlisted: 'reference', missing: 'reference' }) as const
const yes = (column: string) => ({ column, values: { Y: 'yes', N: 'no' } })
const deficits = [
  'Face deficit',
  'Arm or hand deficit',
  'Leg or foot deficit',
  'Dysphasia',
  'Hemianopia',
  'Visuospatial disorder',
  'Brainstem or cerebellar signs',
  'Other deficit',
].map((label, index) => ({ name: `RDEF${index + 1}`, label }))

/** The International Stroke Trial at 49 hospitals: 35 features as they were at randomisation, dead at six months. */
export const strokeTrial = {
  format: 1,
  study: {
    name: 'Death within six months of a stroke',
    purpose:
      'Predict death within six months from what is known when a patient with acute stroke is admitted.',
    references: { legalBasis: 'Public, de-identified trial data', duo: ['DUO:0000042'] },
    variables: [
      number('AGE', 'Age', 'a', 15, 105),
      number('RSBP', 'Systolic blood pressure', 'mm[Hg]', 60, 300),
      number('RDELAY', 'Delay from stroke to randomisation, at most 48 hours', 'h', 0, 48),
      category('RCONSC', 'Consciousness: F alert, D drowsy, U unconscious', ['F', 'D', 'U']),
      ...deficits.map(({ name, label }) =>
        category(name, `${label}: N no, Y yes, C cannot assess`, ['N', 'Y', 'C']),
      ),
      category('STYPE', 'Stroke subtype', ['OTH', 'PACS', 'TACS', 'LACS', 'POCS']),
      boolean('heparin', 'Any heparin given'),
      boolean('heparinMedium', 'Medium or high dose heparin given'),
      boolean('male', 'Male sex'),
      boolean('RSLEEP', 'Symptoms noted on waking'),
      boolean('RATRIAL', 'Atrial fibrillation'),
      boolean('RCT', 'CT before randomisation'),
      boolean('RVISINF', 'Infarct visible on CT'),
      boolean('RHEP24', 'Heparin in the 24 hours before'),
      boolean('RASP3', 'Aspirin in the three days before'),
      boolean('RXASP', 'Aspirin given'),
    ],
    outcome: { task: 'binary', name: 'death', label: 'Dead at six months', positive: 'dead' },
    plan: {
      model: { kind: 'linear' },
      intercept: 'shared',
      l2: 0.01,
      local: { optimizer: 'sgd', learningRate: 0.1, batch: 32, steps: 10 },
      outer: { kind: 'average' },
      gate: 'votes',
      rounds: 30,
    },
    privacy: { kind: 'masked' },
    rules: {
      weightBands: [32, 64, 96, 128, 160, 192, 256, 320, 384],
      minimumRows: 32,
      lastRound: 80,
      pace: { answer: 1_800_000, compute: 300_000, exchange: 120_000 },
    },
  },
  mappings: {
    default: {
      variables: {
        AGE: { column: 'AGE' },
        RSBP: { column: 'RSBP' },
        RDELAY: { column: 'RDELAY' },
        RCONSC: { column: 'RCONSC' },
        ...Object.fromEntries(deficits.map(({ name }) => [name, { column: name }])),
        STYPE: { column: 'STYPE' },
        heparin: { column: 'RXHEP', values: { L: 'yes', M: 'yes', H: 'yes', N: 'no' } },
        heparinMedium: { column: 'RXHEP', values: { L: 'no', M: 'yes', H: 'yes', N: 'no' } },
        male: { column: 'SEX', values: { M: 'yes', F: 'no' } },
        RSLEEP: yes('RSLEEP'),
        RATRIAL: yes('RATRIAL'),
        RCT: yes('RCT'),
        RVISINF: yes('RVISINF'),
        RHEP24: yes('RHEP24'),
        RASP3: yes('RASP3'),
        RXASP: yes('RXASP'),
      },
      outcome: { rule: 'equals', column: 'FDEAD', positive: ['Y'] },
      holdout: { kind: 'share', share: 0.3 },
    },
  },
} satisfies InferInput<typeof StudyFile>
