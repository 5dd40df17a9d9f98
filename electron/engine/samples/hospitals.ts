import type { Mapping } from '#domain/dataset.ts'
import type { CaseMix, Patient } from './patients.ts'
import { round } from './patients.ts'

/** How a hospital writes a patient down: one text for each column. */
type Writer = Readonly<Record<string, (patient: Patient) => string>>

export interface SampleHospital {
  readonly name: string
  /** What is particular about it, for people. */
  readonly about: string
  readonly rows: number
  readonly mix: CaseMix
  /** Share of values left empty, by column. */
  readonly missing: Readonly<Record<string, number>>
  /** What this hospital writes where a value is missing. */
  readonly missingCode: string
  readonly columns: Writer
  readonly mapping: Mapping['variables']
}

const MG_DL_PER_MMOL_L_CHOLESTEROL = 38.67
const MG_DL_PER_UMOL_L_CREATININE = 1 / 88.42

const plain = (column: string) => ({ column, missingCodes: [], scale: null, values: null })
const coded = (column: string, values: Record<string, string>) => ({ ...plain(column), values })
const scaled = (column: string, factor: number) => ({ ...plain(column), scale: { factor, offset: 0 } })
const yesNo = (yes: string, no: string) => (value: boolean) => (value ? yes : no)

/** The hospital of whoever rehearses is small: what it learns alone is uncertain, and sharing has something to give. */
const town: SampleHospital = {
  name: 'Alder Sample Hospital',
  about: 'a town hospital with few patients; conventional units, few gaps',
  rows: 180,
  mix: {
    age: 58,
    male: 0.6,
    pain: [0.15, 0.25, 0.25, 0.35],
    pressure: 131,
    cholesterol: 226,
    smoker: 0.3,
    diabetes: 0.16,
    sicker: -0.5,
  },
  missing: { chol_mg_dl: 0.02, creat_mg_dl: 0.03 },
  missingCode: '',
  columns: {
    age: ({ age }) => String(age),
    sex: ({ male }) => (male ? 'M' : 'F'),
    chest_pain: ({ pain }) => pain,
    sbp: ({ pressure }) => String(pressure),
    chol_mg_dl: ({ cholesterol }) => String(cholesterol),
    creat_mg_dl: ({ creatinine }) => String(creatinine),
    smoker: ({ smoker }) => yesNo('yes', 'no')(smoker),
    diabetes: ({ diabetes }) => yesNo('yes', 'no')(diabetes),
    peak_hr: ({ peakRate }) => String(peakRate),
    ward: ({ age }) => (age > 75 ? 'G' : 'C'),
    disease: ({ disease }) => yesNo('1', '0')(disease),
  },
  mapping: {
    age: plain('age'),
    male: coded('sex', { M: 'yes', F: 'no' }),
    pain: plain('chest_pain'),
    pressure: plain('sbp'),
    cholesterol: plain('chol_mg_dl'),
    creatinine: plain('creat_mg_dl'),
    smoker: plain('smoker'),
    diabetes: plain('diabetes'),
    peakRate: plain('peak_hr'),
  },
}

const molar: SampleHospital = {
  name: 'Birch Sample Hospital',
  about: 'a district hospital; SI units (mmol/L, umol/L), older patients, smoking often not asked',
  rows: 420,
  mix: {
    age: 67,
    male: 0.52,
    pain: [0.1, 0.2, 0.3, 0.4],
    pressure: 138,
    cholesterol: 212,
    smoker: 0.22,
    diabetes: 0.24,
    sicker: -0.3,
  },
  missing: { tabac: 0.25, chol_mmol_l: 0.08, crea_umol_l: 0.06 },
  missingCode: 'NA',
  columns: {
    age_years: ({ age }) => String(age),
    gender: ({ male }) => (male ? '1' : '2'),
    pain_code: ({ pain }) => String(['typical', 'atypical', 'other', 'none'].indexOf(pain) + 1),
    bp_systolic: ({ pressure }) => String(pressure),
    chol_mmol_l: ({ cholesterol }) => String(round(cholesterol / MG_DL_PER_MMOL_L_CHOLESTEROL, 1)),
    crea_umol_l: ({ creatinine }) => String(Math.round(creatinine / MG_DL_PER_UMOL_L_CREATININE)),
    tabac: ({ smoker }) => yesNo('1', '0')(smoker),
    dm: ({ diabetes }) => yesNo('1', '0')(diabetes),
    hr_max: ({ peakRate }) => String(peakRate),
    disease: ({ disease }) => yesNo('1', '0')(disease),
  },
  mapping: {
    age: plain('age_years'),
    male: coded('gender', { '1': 'yes', '2': 'no' }),
    pain: coded('pain_code', { '1': 'typical', '2': 'atypical', '3': 'other', '4': 'none' }),
    pressure: plain('bp_systolic'),
    cholesterol: scaled('chol_mmol_l', MG_DL_PER_MMOL_L_CHOLESTEROL),
    creatinine: scaled('crea_umol_l', MG_DL_PER_UMOL_L_CREATININE),
    smoker: coded('tabac', { '1': 'yes', '0': 'no' }),
    diabetes: coded('dm', { '1': 'yes', '0': 'no' }),
    peakRate: plain('hr_max'),
  },
}

const tertiary: SampleHospital = {
  name: 'Cedar Sample Hospital',
  about: 'a referral centre; three in four have the disease, cholesterol often not taken (-9)',
  rows: 360,
  mix: {
    age: 61,
    male: 0.85,
    pain: [0.1, 0.1, 0.15, 0.65],
    pressure: 134,
    cholesterol: 235,
    smoker: 0.45,
    diabetes: 0.3,
    sicker: -0.1,
  },
  missing: { cholesterol: 0.4, peak_rate: 0.1 },
  missingCode: '-9',
  columns: {
    patient_age: ({ age }) => String(age),
    male: ({ male }) => yesNo('Y', 'N')(male),
    pain: ({ pain }) => pain.toUpperCase(),
    pressure: ({ pressure }) => String(pressure),
    cholesterol: ({ cholesterol }) => String(cholesterol),
    creatinine: ({ creatinine }) => String(creatinine),
    smokes: ({ smoker }) => yesNo('Y', 'N')(smoker),
    diabetic: ({ diabetes }) => yesNo('Y', 'N')(diabetes),
    peak_rate: ({ peakRate }) => String(peakRate),
    disease: ({ disease }) => yesNo('1', '0')(disease),
  },
  mapping: {
    age: plain('patient_age'),
    male: coded('male', { Y: 'yes', N: 'no' }),
    pain: coded('pain', { TYPICAL: 'typical', ATYPICAL: 'atypical', OTHER: 'other', NONE: 'none' }),
    pressure: plain('pressure'),
    cholesterol: { ...plain('cholesterol'), missingCodes: ['-9'] },
    creatinine: plain('creatinine'),
    smoker: coded('smokes', { Y: 'yes', N: 'no' }),
    diabetes: coded('diabetic', { Y: 'yes', N: 'no' }),
    peakRate: { ...plain('peak_rate'), missingCodes: ['-9'] },
  },
}

const rural: SampleHospital = {
  ...town,
  name: 'Dogwood Sample Hospital',
  about: 'a rural hospital; younger patients, few cases, creatinine seldom measured',
  rows: 300,
  mix: {
    age: 54,
    male: 0.5,
    pain: [0.2, 0.35, 0.3, 0.15],
    pressure: 128,
    cholesterol: 218,
    smoker: 0.38,
    diabetes: 0.12,
    sicker: -0.2,
  },
  missing: { creat_mg_dl: 0.5, peak_hr: 0.12 },
}

/** Four made-up hospitals that differ in patients, gaps, units, column names and codes. */
export const sampleHospitals: readonly SampleHospital[] = [town, molar, tertiary, rural]
