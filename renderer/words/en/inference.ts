import type { InferenceView } from '#contract/inference.ts'
import { f } from './shared.ts'

type Ratio = NonNullable<InferenceView['ratio']>

const sturdy = {
  robust:
    'Standard errors are robust: by how far the model misses each patient, so that they hold where its misses are not as it says.',
  clustered:
    'Standard errors are clustered by hospital: by how far the model misses all patients of a hospital together, so that they hold where these are alike.',
}

export const inference = {
  title: 'Coefficients',
  plotTitle: {
    odds: 'What goes with higher or lower odds',
    hazard: 'What goes with a higher or lower risk',
    none: 'What goes with a higher or lower number',
  } satisfies Record<Ratio | 'none', string>,
  plotName: {
    odds: 'Odds ratios with 95% intervals',
    hazard: 'Hazard ratios with 95% intervals',
    none: 'Coefficients with 95% intervals',
  } satisfies Record<Ratio | 'none', string>,
  ratio: { odds: 'Odds ratio', hazard: 'Hazard ratio' } satisfies Record<Ratio, string>,
  variable: 'Variable',
  interval: '95% interval',
  low: '95% from',
  high: '95% to',
  range: (low: string, high: string) => `${low} to ${high}`,
  coefficient: 'Coefficient',
  errors: {
    model: 'Standard error',
    robust: 'Standard error (robust)',
    clustered: 'Standard error (by hospital)',
  } satisfies Record<InferenceView['errors'], string>,
  z: 'z',
  t: 't',
  p: 'p',
  small: 'under 0.001',
  intercept: 'Intercept',
  ofClass: (name: string, outcome: string) => `${outcome}: ${name}`,
  absent: {
    constant: 'left out: the same for nearly all patients',
    aliased: 'left out: the variables before it say the same',
  },
  perUnit:
    'Each is for one unit of the variable, or for a level against the first one, with all others as they are.',
  whole: (rows: number, test: string) =>
    `By the opened sums over ${f.count(rows)} training patients of all hospitals: the same as a fit to all of them in one place. Against no variables at all: ${test}.`,
  sturdy: (rows: number, errors: 'robust' | 'clustered') =>
    `By the opened sums over ${f.count(rows)} training patients of all hospitals: the same as a fit to all of them in one place. ${sturdy[errors]}`,
  chi: (statistic: string, freedom: number, p: string) =>
    `χ² ${statistic} with ${f.count(freedom)} degrees of freedom, p ${p}`,
  fisher: (statistic: string, freedom: number, errors: number, p: string) =>
    `F ${statistic} with ${f.count(freedom)} and ${f.count(errors)} degrees of freedom, p ${p}`,
  equals: (p: string) => `= ${p}`,
  below: '< 0.001',
  shrunk:
    'The fit came to its end. A penalty chosen from the opened sums draws its coefficients a little towards zero: that predicts better, and gives no intervals.',
  ended: {
    converged:
      'The fit came to its end: no other coefficients make what happened to the patients of all hospitals more likely.',
    separated:
      'The fit has no end: some variables tell apart who has the outcome and who has not, without a miss, so that their coefficients grow for ever and have no intervals (separation). Leave such a variable out or merge its levels, or propose a fit with a penalty, which keeps coefficients finite.',
    running:
      'The fit ran out of rounds before it came to its end: its coefficients have no intervals. Propose a version with more rounds.',
  } satisfies Record<Exclude<InferenceView['status'], 'too-few'>, string>,
  tooFew: (rows: number, needs: number) =>
    `The fit does not go on: its next sum asks for ${f.count(needs)} training patients of all hospitals together, and there are ${f.count(rows)}. Fewer could be told from what it opens. Propose a plan of averages, or fewer variables.`,
} as const
