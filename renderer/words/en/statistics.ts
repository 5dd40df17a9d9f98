import { f, many } from './shared.ts'

export const statistics = {
  title: 'Patients of all hospitals',
  note: (rows: number) =>
    `Read off the one sum of the statistics round, over ${many(rows, 'training patient', 'training patients')}. Nothing more was asked of anybody for it.`,
  variable: 'Variable',
  spread: 'Mean (standard deviation), or share (patients)',
  quartiles: 'Quartiles',
  missing: 'Missing',
  mean: (mean: string, sd: string, unit: string) => `${mean} (${sd})${unit}`,
  three: (lower: string, median: string, upper: string) => `${lower} · ${median} · ${upper}`,
  share: (share: string, rows: string) => `${share} (${rows})`,
  few: 'under 10',
  outcome: 'Outcome',
  driftTitle: 'Ours against the others',
  driftNote: 'Computed here from our own rows. No other hospital sees this.',
  driftNone:
    'Our patients are much like the others’: no mean is further than one standard deviation off, and units, codes and the outcome agree.',
  comparing:
    'Our rows are being compared with the others’ sums. This takes some seconds where there are many.',
  noData: 'Map a dataset to see how our patients compare.',
  unit: (name: string, ours: string, others: string, factor: string) =>
    `${name}: our mean is ${ours}, the others’ ${others}. Mean and spread would fit if ours were divided by ${factor}, as between two units. Check the unit in our mapping before the next round: a wrong unit harms the model for all.`,
  coding: (name: string) =>
    `${name}: its levels seem to be exchanged here. With other names for them, how frequent they are and how they go with the outcome would be as at the others. Check in our mapping what each value means.`,
  rate: (name: string, ours: string, others: string) =>
    `${name}: ${ours} of our training rows have it, ${others} of all others’. Check in our mapping which value means that it happened, and whether our rows are those that the study is about.`,
  direction: (name: string) =>
    `${name}: it goes with the variables here the other way round than at the others. Our labels seem to be turned round. Check in our mapping which value means that it happened, before the next round.`,
  shifted: (name: string, ours: string, others: string, sds: string) =>
    `${name}: our mean is ${ours}, the others’ ${others}, ${sds} standard deviations apart. Our patients may be different, or the column is read wrongly.`,
  outside: (name: string, share: string) =>
    `${name}: ${share} of our values lie outside the study’s range and are moved to its end. Check the unit and the column.`,
  ratio: (factor: number) => (factor >= 1 ? f.value(factor) : `1 / ${f.value(1 / factor)}`),
} as const
