import type { Draw } from './random.ts'

/** A made-up patient in the study's own units, before a hospital writes it down its own way. */
export interface Patient {
  readonly age: number
  readonly male: boolean
  readonly pain: 'typical' | 'atypical' | 'other' | 'none'
  readonly pressure: number
  /** mg/dL */
  readonly cholesterol: number
  /** mg/dL */
  readonly creatinine: number
  readonly smoker: boolean
  readonly diabetes: boolean
  readonly peakRate: number
  readonly disease: boolean
}

/** Whom a hospital sees: means and shares of its patients, and how sick they are beyond what is measured. */
export interface CaseMix {
  readonly age: number
  readonly male: number
  readonly pain: readonly [typical: number, atypical: number, other: number, none: number]
  readonly pressure: number
  readonly cholesterol: number
  readonly smoker: number
  readonly diabetes: number
  /** Log odds of disease added to every patient of this hospital. */
  readonly sicker: number
}

/** Log odds of disease for each unit; the same at every hospital. What a study of the samples should find again. */
const effects = {
  age: 0.05,
  male: 0.8,
  pain: { typical: 0.4, atypical: -0.9, other: -0.4, none: 0.9 },
  pressure: 0.012,
  cholesterol: 0.007,
  creatinine: 0.5,
  smoker: 0.6,
  diabetes: 0.7,
  peakRate: -0.028,
}

/** Draws one patient of a hospital. */
export function drawPatient(draw: Draw, mix: CaseMix): Patient {
  const age = Math.round(within(draw.normal(mix.age, 11), 25, 95))
  const male = draw.chance(mix.male)
  const [typical, atypical, other, none] = mix.pain
  const pain = draw.pick<Patient['pain']>([
    ['typical', typical],
    ['atypical', atypical],
    ['other', other],
    ['none', none],
  ])
  const findings = {
    age,
    male,
    pain,
    pressure: Math.round(within(draw.normal(mix.pressure + 0.25 * (age - 60), 17), 80, 230)),
    cholesterol: Math.round(within(draw.normal(mix.cholesterol, 44), 90, 480)),
    creatinine: round(within(draw.normal(male ? 1.05 : 0.85, 0.22), 0.4, 5), 2),
    smoker: draw.chance(mix.smoker),
    diabetes: draw.chance(mix.diabetes),
    peakRate: Math.round(within(draw.normal(210 - age, 20), 65, 205)),
  }
  return { ...findings, disease: draw.chance(riskOf(findings, mix)) }
}

function riskOf(one: Omit<Patient, 'disease'>, { sicker }: CaseMix): number {
  const logOdds =
    sicker +
    effects.age * (one.age - 60) +
    effects.male * (one.male ? 1 : 0) +
    effects.pain[one.pain] +
    effects.pressure * (one.pressure - 132) +
    effects.cholesterol * (one.cholesterol - 220) +
    effects.creatinine * (one.creatinine - 1) +
    effects.smoker * (one.smoker ? 1 : 0) +
    effects.diabetes * (one.diabetes ? 1 : 0) +
    effects.peakRate * (one.peakRate - 150)
  return 1 / (1 + Math.exp(-logOdds))
}

function within(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}

/** A number as a hospital writes it, to so many decimals. */
export function round(value: number, decimals: number): number {
  const scale = 10 ** decimals
  return Math.round(value * scale) / scale
}
