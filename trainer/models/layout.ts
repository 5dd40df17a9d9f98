import { checkBuilt } from '#trainer/built.ts'
import type { Task } from '#trainer/jobs.ts'
import { featuresOf } from '#trainer/variables/features.ts'
import { outputsOf } from './heads.ts'

export type Activation = 'relu' | 'tanh' | 'sigmoid' | 'gelu' | 'linear'

/** A run of numbers in a model's flat vector. */
export interface Slice {
  readonly name: string
  readonly offset: number
  readonly length: number
  /** Starts uniform in [start - spread, start + spread]. */
  readonly start: number
  readonly spread: number
  /** Whether the L2 penalty holds for it. */
  readonly decays: boolean
}

/** Layer normalisation (Ba et al. 2016): each row's sums brought to mean 0 and variance 1, then times gain plus shift. */
export interface Normalisation {
  readonly gain: Slice
  readonly shift: Slice
}

/** One dense layer: outputs = activation(normalised(inputs * weights + bias)), weights row-major [inputs, units]. */
export interface DenseLayer {
  readonly inputs: number
  readonly units: number
  readonly activation: Activation
  readonly weights: Slice
  readonly bias: Slice
  /** Absent where sums stay as they are. */
  readonly normalisation?: Normalisation
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

/** The model's shape: a function of the study alone. Private slices (intercept, head) lie at the end and never leave a hospital. */
export function layoutOf(task: Task): Layout {
  checkBuilt(task)
  const { model, head, intercept } = task.plan
  const inputs = featuresOf(task).length
  const outputs = outputsOf(task.outcome)
  const hidden = model.kind === 'mlp' ? model.layers : []
  const sizes = [...hidden, { units: outputs, activation: 'linear' as const }]
  const slices: Slice[] = []
  const take = (name: string, length: number, part: Partial<Slice> = {}): Slice => {
    const offset = slices.reduce((sum, slice) => sum + slice.length, 0)
    const slice = { name, offset, length, start: 0, spread: 0, decays: false, ...part }
    slices.push(slice)
    return slice
  }
  const layers = sizes.map(({ units, activation }, i): DenseLayer => {
    const before = sizes[i - 1]?.units ?? inputs
    const last = i === sizes.length - 1
    const name = `layer ${i + 1}`
    const spread = last ? 0 : glorot(before, units)
    const weights = take(`${name} weights`, before * units, { spread, decays: true })
    const bias = take(`${name} bias`, units)
    const layer = { inputs: before, units, activation, weights, bias }
    if (last || model.kind !== 'mlp' || model.normalisation === 'none') return layer
    const gain = take(`${name} gain`, units, { start: 1 })
    return { ...layer, normalisation: { gain, shift: take(`${name} shift`, units) } }
  })
  const length = slices.reduce((sum, slice) => sum + slice.length, 0)
  const own = head === 'private' ? (layers.at(-1)?.weights.length ?? 0) + outputs : outputs
  const shared = head === 'private' || intercept === 'private' ? length - own : length
  return { layers, slices, shared, length, inputs, outputs }
}

/** Uniform start of Glorot and Bengio (2010). The last layer starts at 0 instead: first scores then favour nobody. */
function glorot(before: number, units: number): number {
  return Math.sqrt(6 / (before + units))
}
