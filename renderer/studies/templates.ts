import type { Variable } from '#domain/variable.ts'
import { emptyForm, outcomeForm, variableForm, type StudyForm } from './form.ts'

/** Forms to start from. */
export const templates = ['blank', 'heart', 'stroke'] as const
export type Template = (typeof templates)[number]

const number = (name: string, label: string, unit: string | null, low: number, high: number): Variable => ({
  type: 'number',
  name,
  label,
  unit,
  low,
  high,
  outside: 'clip',
  missing: 'mean-and-indicator',
})
const yesNo = (name: string, label: string): Variable => ({
  type: 'boolean',
  name,
  label,
  missing: 'indicator',
})
const category = (name: string, label: string, categories: string[]): Variable => ({
  type: 'category',
  name,
  label,
  categories,
  unlisted: 'other',
  missing: 'indicator',
})

const heart: Variable[] = [
  number('age', 'Age', 'a', 18, 100),
  yesNo('male', 'Male sex'),
  category('cp', 'Chest pain: 1 typical angina, 2 atypical, 3 other, 4 none', ['1', '2', '3', '4']),
  number('trestbps', 'Systolic blood pressure at rest', 'mm[Hg]', 0, 250),
  number('chol', 'Serum cholesterol', 'mg/dL', 0, 700),
  yesNo('fbs', 'Fasting glucose above 120 mg/dL'),
  category('restecg', 'ECG at rest: 0 normal, 1 ST-T abnormal, 2 hypertrophy', ['0', '1', '2']),
  number('thalach', 'Highest heart rate under exercise', '/min', 40, 230),
  yesNo('exang', 'Angina under exercise'),
  number('oldpeak', 'ST depression under exercise', 'mm', -5, 10),
]

const stroke: Variable[] = [
  number('age', 'Age', 'a', 15, 105),
  yesNo('male', 'Male sex'),
  number('systolic', 'Systolic blood pressure at admission', 'mm[Hg]', 60, 300),
  number('delay', 'Hours from onset to admission', 'h', 0, 48),
  category('consciousness', 'Consciousness at admission', ['alert', 'drowsy', 'unconscious']),
  category('subtype', 'Stroke subtype', ['PACS', 'TACS', 'LACS', 'POCS', 'other']),
  yesNo('atrialFibrillation', 'Atrial fibrillation'),
  yesNo('infarctVisible', 'Infarct visible on CT'),
]

/** The form of a template. The end of the study is the day given. */
export function formOf(template: Template, lastDay: string): StudyForm {
  const blank = emptyForm(lastDay)
  if (template === 'heart') {
    return {
      ...blank,
      name: 'Heart disease',
      purpose:
        'Predict heart disease on angiography (a vessel narrowed by more than half) from what is known before it, to spare patients who do not need one.',
      outcome: outcomeForm({
        name: 'disease',
        label: 'Heart disease',
        positive: 'a vessel narrowed by more than half',
      }),
      variables: heart.map(variableForm),
    }
  }
  if (template === 'stroke') {
    return {
      ...blank,
      name: 'Death after stroke',
      purpose:
        'Predict death within six months of a stroke from what is known at admission, to plan care and rehabilitation.',
      outcome: outcomeForm({ name: 'death', label: 'Dead at six months', positive: 'dead' }),
      variables: stroke.map(variableForm),
    }
  }
  return blank
}
