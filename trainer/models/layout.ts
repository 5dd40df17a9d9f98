import { checkBuilt } from '#trainer/built.ts'
import type { Task } from '#trainer/jobs.ts'
import { targetsOf } from '#trainer/statistics/targets.ts'
import { featuresOf } from '#trainer/variables/features.ts'

export type Activation = 'relu' | 'tanh' | 'sigmoid' | 'gelu' | 'linear'

/** A run of numbers in a model's flat vector. */
export interface Slice {
  readonly name: string
  readonly offset: number
  readonly length: number
  /** Starts uniform in [-spread, spread]. */
  readonly spread: number
  /** Whether the L2 penalty holds for it. */
  readonly decays: boolean
}

/** One dense layer: outputs = activation(inputs * weights + bias), weights row-major [inputs, units]. */
export interface DenseLayer {
  readonly inputs: number
  readonly units: number
  readonly activation: Activation
  readonly weights: Slice
  readonly bias: Slice
}

/** A model as one flat vector: what all members share first, what stays at the hospital (if anything) after it. */
export interface Layout {
  readonly layers: readonly DenseLayer[]
  readonly slices: readonly Slice[]
  /** Numbers that are summed over hospitals: the first of the vector. */
  readonly shared: number
  /** All numbers, private ones included. */
  readonly length: number
  readonly inputs: number
  readonly outputs: number
}

/** The model's shape: a function of the study alone. Private slices lie at the end and never leave a hospital. */
export function layoutOf(task: Task): Layout {
  checkBuilt(task)
  const inputs = featuresOf(task).length
  const outputs = targetsOf(task.outcome).length
  const hidden = task.plan.model.kind === 'mlp' ? task.plan.model.layers : []
  const sizes = [...hidden, { units: outputs, activation: 'linear' as const }]
  const slices: Slice[] = []
  const take = (part: Omit<Slice, 'offset'>): Slice => {
    const slice = { ...part, offset: slices.reduce((sum, { length }) => sum + length, 0) }
    slices.push(slice)
    return slice
  }
  const layers = sizes.map(({ units, activation }, i): DenseLayer => {
    const before = sizes[i - 1]?.units ?? inputs
    const spread = i === sizes.length - 1 ? 0 : glorot(before, units)
    const weights = take({ name: `layer ${i + 1} weights`, length: before * units, spread, decays: true })
    const bias = take({ name: `layer ${i + 1} bias`, length: units, spread: 0, decays: false })
    return { inputs: before, units, activation, weights, bias }
  })
  const length = slices.reduce((sum, slice) => sum + slice.length, 0)
  const shared = task.plan.intercept === 'private' ? length - outputs : length
  return { layers, slices, shared, length, inputs, outputs }
}

/** Uniform start of Glorot and Bengio (2010). The last layer starts at 0 instead: first scores then favour nobody. */
function glorot(before: number, units: number): number {
  return Math.sqrt(6 / (before + units))
}
