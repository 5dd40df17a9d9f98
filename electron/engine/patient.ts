import type { PatientInput, PredictionView } from '#contract/papers.ts'
import { AppError } from '#domain/errors.ts'
import type { Outcome, Variable } from '#domain/variable.ts'
import type { Table, Task } from '#trainer/jobs.ts'
import { settle } from '#trainer/variables/features.ts'

type Given = PatientInput['values']

/** One patient's values as the trainer reads them, and which of them lay outside the study's range. */
export function readPatient(task: Task, given: Given): { values: number[]; clipped: string[] } {
  const names = new Set(task.variables.map((one) => one.name))
  if (Object.keys(given).some((name) => !names.has(name))) {
    throw new AppError('bad-request', 'A value was given for no variable of this study')
  }
  const values = task.variables.map((variable) => valueOf(variable, given[variable.name] ?? null))
  const clipped = task.variables.flatMap((variable, i) => {
    const value = values[i] ?? NaN
    return variable.type === 'number' && !Number.isNaN(value) && settle(variable, value) !== value
      ? [variable.name]
      : []
  })
  return { values, clipped }
}

function valueOf(variable: Variable, given: number | string | null): number {
  if (given === null || given === '') return NaN
  if (variable.type === 'category') {
    const index = variable.categories.indexOf(String(given))
    return index >= 0 ? index : variable.categories.length
  }
  const value = Number(given)
  const fits = variable.type === 'number' ? Number.isFinite(value) : value === 0 || value === 1
  if (!fits) throw new AppError('bad-request', `The value of ${variable.name} cannot be read`)
  return value
}

/** A patient's scores in words of the study. Throws 'bad-request' where there are none, for want of a value. */
export function predictionOf(
  outcome: Outcome,
  scores: Float32Array,
): Pick<PredictionView, 'risk' | 'classes' | 'value'> {
  const [first] = scores
  if (first === undefined || !Number.isFinite(first)) {
    throw new AppError('bad-request', 'A value is missing that this study does not go without')
  }
  if (outcome.task === 'multiclass') {
    return { risk: null, classes: outcome.classes.map((name, i) => ({ name, share: scores[i] ?? 0 })) }
  }
  return outcome.task === 'regression' ? { risk: null, value: first } : { risk: first }
}

/** A patient of whom the outcome is not known yet: any that the study allows. */
function anyOutcome(outcome: Outcome): number {
  if (outcome.task === 'regression') return outcome.low
  return outcome.task === 'survival' ? outcome.horizon : 0
}

/** A table whose one held-out row is this patient; `known` are our own rows, of which those for training come along. */
export function tableOf(outcome: Outcome, values: readonly number[], known: Table | null): Table {
  const rows = known?.outcome.length ?? 0
  const train = Array.from({ length: rows }, (_, row) => row).filter((row) => !known?.heldOut[row])
  const pick = (source: ArrayLike<number> | undefined, last: number) =>
    Float32Array.from([...train.map((row) => source?.[row] ?? NaN), last])
  return {
    columns: values.map((value, i) => pick(known?.columns[i], value)),
    outcome: pick(known?.outcome, anyOutcome(outcome)),
    event:
      outcome.task === 'survival'
        ? Uint8Array.from([...train.map((row) => known?.event?.[row] ?? 0), 0])
        : null,
    heldOut: Uint8Array.from([...train.map(() => 0), 1]),
    subgroups: [],
  }
}
