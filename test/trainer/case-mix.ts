import type { Table, Task } from '#trainer/jobs.ts'
import { createStream } from '#trainer/random.ts'
import { seed, toTable } from './kit.ts'

const number = (name: string, unit: string, low: number, high: number): Task['variables'][number] => ({
  ...{ type: 'number', name, label: '', unit, low, high },
  ...{ outside: 'clip', missing: 'mean-and-indicator' },
})
const category = (name: string, categories: string[]): Task['variables'][number] => ({
  ...{ type: 'category', name, label: '', categories, unlisted: 'other', missing: 'indicator' },
})
const boolean = (name: string): Task['variables'][number] => ({
  ...{ type: 'boolean', name, label: '', missing: 'indicator' },
})

/** Variables whose units and codes are often got wrong, some of them wide enough for the wrong unit to stay within one deviation. */
export const mixedVariables: Task['variables'] = [
  number('age', 'a', 18, 110),
  number('glucose', 'mmol/L', 1, 60),
  number('cholesterol', 'mg/dL', 10, 600),
  number('saturation', '%', 0, 100),
  number('since', 'mo', 0, 600),
  number('crp', 'mg/L', 0, 600),
  boolean('male'),
  category('stage', ['I', 'II', 'III', 'IV']),
  category('ward', ['medicine', 'surgery', 'other']),
]

/** What a patient's latent numbers are measured as, in the order of the variables. */
const measures: readonly ((latent: number) => number)[] = [
  (one) => Math.round(64 + 13 * one),
  (one) => Math.max(2, 6.8 * Math.exp(0.3 * one)),
  (one) => Math.max(60, 195 + 42 * one),
  (one) => Math.min(100, 94 + 3.5 * one),
  (one) => Math.round(20 * Math.exp(0.9 * one)),
  (one) => 12 * Math.exp(one),
  (one) => Number(one > -0.3),
  (one) => [-0.6, 0.5, 1.3].filter((end) => one >= end).length,
  (one) => [0.2, 1].filter((end) => one >= end).length,
]
const SLOPES = [0.8, 0.4, 0.1, -0.7, -0.3, 0.7, 0.35, 0.9, 0.2]
const MISSING = 0.06

/** A made-up federation whose honest hospitals differ in size, case mix, rate of the outcome and, a little, in what goes with it. */
export function mixedHospitals(number: number): Table[] {
  const stream = createStream('case mix', seed(number % 251), Uint8Array.of(Math.floor(number / 251)))
  const normal = () => Math.sqrt(-2 * Math.log(1 - stream.real())) * Math.cos(2 * Math.PI * stream.real())
  const hospitals = 3 + stream.below(8)
  const slopes = SLOPES.map((one) => one + 0.1 * normal())
  const rate = -1.5 + normal() * 0.7
  return Array.from({ length: hospitals }, () => {
    const rows = Math.round(40 * 50 ** stream.real())
    const mix = measures.map(() => 0.35 * normal())
    const own = slopes.map((one) => one + 0.15 * normal())
    const intercept = rate + 0.6 * normal()
    const patients = Array.from({ length: rows }, () => mix.map((shift) => shift + normal()))
    const outcome = patients.map((latent) => {
      const risk = intercept + latent.reduce((sum, one, i) => sum + own[i]! * one, 0)
      return Number(stream.real() < 1 / (1 + Math.exp(-risk)))
    })
    const columns = measures.map((measure, i) =>
      patients.map((latent) => (stream.real() < MISSING ? Number.NaN : measure(latent[i]!))),
    )
    return toTable(columns, outcome, (row) => row % 5 === 0)
  })
}

/** A mistake that a hospital's table may have: what it does, and the variable or outcome that should be named. */
export interface Mistake {
  readonly about: string
  readonly spoil: (table: Table) => Table
  readonly named: string
}

export const labelsFlipped: Mistake = {
  about: 'labels flipped',
  spoil: (table) => ({ ...table, outcome: table.outcome.map((one) => 1 - one) }),
  named: 'outcome',
}
export const wrongUnits: readonly Mistake[] = [
  scaled('percent as fraction', 'saturation', 1 / 100),
  scaled('months as years', 'since', 1 / 12),
  scaled('mg/dL as mmol/L', 'cholesterol', 1 / 38.67),
  scaled('mmol/L as mg/dL', 'glucose', 18.02),
]
export const wrongCodes: readonly Mistake[] = [
  recoded('stages shuffled', mixedVariables, 'stage', [2, 3, 1, 0]),
  recoded('wards shuffled', mixedVariables, 'ward', [1, 2, 0]),
  recoded('yes and no exchanged', mixedVariables, 'male', [1, 0]),
]

function scaled(about: string, variable: string, factor: number): Mistake {
  return { about, spoil: changed(mixedVariables, variable, (value) => value * factor), named: variable }
}

/** The codes of a variable exchanged: each stands for the one at its place. */
export function recoded(
  about: string,
  variables: Task['variables'],
  variable: string,
  codes: readonly number[],
): Mistake {
  return { about, spoil: changed(variables, variable, (value) => codes[value] ?? value), named: variable }
}

function changed(variables: Task['variables'], variable: string, change: (value: number) => number) {
  const place = variables.findIndex((one) => one.name === variable)
  return (table: Table): Table => ({
    ...table,
    columns: table.columns.map((column, i) => (i === place ? column.map(change) : column)),
  })
}
