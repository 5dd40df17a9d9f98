import type { Outcome, Variable } from '#domain/variable.ts'
import type { Table, Task } from '#trainer/jobs.ts'
import { createStream, type Stream } from '#trainer/random.ts'
import { aPlan, aTask, numberVariable, seed } from '../../trainer/kit.ts'

/** A federation of one task that was made up: the same for the same number. */
export interface Federation {
  readonly name: string
  readonly task: Task
  readonly tables: readonly Table[]
}

type TaskName = Outcome['task']
export const taskNames: readonly TaskName[] = ['binary', 'multiclass', 'regression', 'survival']

const PREVALENCES = [0.01, 0.03, 0.1, 0.25, 0.5]
const STRENGTHS = [0.3, 0.8, 1.5, 2.5]
const WIDTHS = [3, 6, 12, 20, 30]

/**
 * Sizes from 10 to 10,000 rows, prevalences from .01 to .5, case mix, missing values, columns that nearly say the same; levels lie
 * `apart`. What is `bent` has a curve and an interaction that no linear model has, this strong.
 */
export function aFederation(kind: TaskName, drawn: number, most = 10_000, apart = 0.5, bent = 0): Federation {
  const stream = createStream(`made-up federation ${kind}`, seed(drawn % 251), Uint8Array.of(drawn >>> 8))
  const pick = <T>(all: readonly T[]): T => all[stream.below(all.length)]!
  const hospitals = 3 + stream.below(15)
  const width = pick(WIDTHS)
  const variables = variablesOf(width)
  const strength = pick(STRENGTHS)
  const prevalence = pick(PREVALENCES)
  const effects = variables.map(() => normal(stream) * (stream.real() < 0.5 ? 1 : 0.2))
  const norm = Math.sqrt(effects.reduce((sum, one) => sum + one * one, 0)) || 1
  const weights = effects.map((one) => (strength * one) / norm)
  const intercept = stream.below(2) === 0 ? 'private' : 'shared'
  const missing = pick([0, 0.02, 0.15])
  const level = Math.log(prevalence / (1 - prevalence))
  const law = { kind, variables, weights, level, missing, apart, bent }
  const tables = Array.from({ length: hospitals }, (_, h) => {
    const size = h === 0 ? most : Math.round(10 * (most / 10) ** stream.real())
    return aTable(stream, law, size)
  })
  const task = { ...aTask(variables, aPlan({ intercept }), { minimumRows: 1 }), outcome: outcomes[kind] }
  const rows = tables.reduce((sum, one) => sum + one.outcome.length, 0)
  const name = `${kind} ${drawn}: ${hospitals} hospitals, ${rows} rows, ${width} variables, strength ${strength}, prevalence ${prevalence}, ${intercept} intercept`
  return { name, task, tables }
}

const common = { name: 'outcome', label: '' }
const outcomes: Readonly<Record<TaskName, Outcome>> = {
  binary: { task: 'binary', ...common, positive: 'yes' },
  multiclass: { task: 'multiclass', ...common, classes: ['a', 'b', 'c'] },
  regression: { task: 'regression', ...common, unit: null, low: -1000, high: 1000 },
  survival: { task: 'survival', ...common, timeUnit: 'days', horizon: 300 },
}

function variablesOf(width: number): Variable[] {
  return Array.from({ length: width }, (_, i): Variable => {
    const base = { name: `v${i}`, label: '' }
    if (i % 5 === 3) return { type: 'boolean', ...base, missing: 'indicator' }
    if (i % 7 === 5) {
      const categories = ['p', 'q', 'r', 's']
      return { type: 'category', ...base, categories, unlisted: 'other', missing: 'indicator' }
    }
    return numberVariable(base.name, -50, 50)
  })
}

interface Law {
  readonly kind: TaskName
  readonly variables: readonly Variable[]
  readonly weights: readonly number[]
  readonly level: number
  readonly missing: number
  /** Standard deviation of the hospitals' own levels. */
  readonly apart: number
  /** How strong a curve of the first variable is, and an interaction of it with the last. */
  readonly bent: number
}

function aTable(stream: Stream, law: Law, rows: number): Table {
  const { variables, weights, missing } = law
  const shifts = variables.map(() => normal(stream) / 2)
  const level = law.level + law.apart * normal(stream)
  const columns = variables.map(() => new Float32Array(rows))
  const outcome = new Float32Array(rows)
  const event = law.kind === 'survival' ? new Uint8Array(rows) : null
  for (let row = 0; row < rows; row++) {
    let [before, score, first] = [0, 0, 0]
    variables.forEach((variable, j) => {
      const own = shifts[j]! + normal(stream)
      // Every fourth column nearly says what the one before it does.
      const z = j % 4 === 1 ? 0.98 * before + 0.2 * own : own
      before = z
      if (j === 0) first = z
      score += weights[j]! * z
      columns[j]![row] = stream.real() < missing ? Number.NaN : measured(variable, z)
    })
    score += law.bent * ((first ** 2 - 1) / 2 + first * before)
    const drawn = draw(stream, law, level, score)
    outcome[row] = drawn.outcome
    if (event) event[row] = drawn.event
  }
  return { columns, outcome, event, heldOut: new Uint8Array(rows), subgroups: [] }
}

function measured(variable: Variable, z: number): number {
  if (variable.type === 'number') return 10 + 5 * z
  if (variable.type === 'boolean') return Number(z > 0.8)
  return z < 0 ? 0 : z < 0.7 ? 1 : z < 1.4 ? 2 : 3
}

function draw(stream: Stream, { kind }: Law, level: number, score: number) {
  if (kind === 'binary') return { outcome: Number(stream.real() < logistic(level + score)), event: 0 }
  if (kind === 'regression') return { outcome: 20 + 10 * (level + score + normal(stream)), event: 0 }
  if (kind === 'multiclass') {
    const scores = [0, level + score, level / 2 - score / 2].map(Math.exp)
    const total = scores.reduce((sum, one) => sum + one, 0)
    let left = stream.real() * total
    const found = scores.findIndex((one) => (left -= one) < 0)
    return { outcome: Math.max(0, found), event: 0 }
  }
  const time = (-Math.log(1 - stream.real()) * 300) / Math.exp(level / 2 + score)
  const censored = 50 + 400 * stream.real()
  // Whole days: many rows share a time.
  return { outcome: Math.max(1, Math.ceil(Math.min(time, censored))), event: Number(time <= censored) }
}

function logistic(z: number): number {
  return 1 / (1 + Math.exp(-z))
}

function normal(stream: Stream): number {
  return Math.sqrt(-2 * Math.log(1 - stream.real())) * Math.cos(2 * Math.PI * stream.real())
}
