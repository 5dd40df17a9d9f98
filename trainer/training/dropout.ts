import type { Masks } from '#trainer/compute/engine.ts'
import type { Task } from '#trainer/jobs.ts'
import type { Layout } from '#trainer/models/layout.ts'
import type { Stream } from '#trainer/random.ts'

/**
 * Dropout (Srivastava et al. 2014) for one step after another: each unit of each hidden layer is left out of a row with the
 * declared chance, and counts for more where it stays. The same masks for the same stream on every engine; null without dropout.
 */
export function createMasks(
  task: Task,
  layout: Pick<Layout, 'layers'>,
  stream: () => Stream,
): ((height: number) => Masks) | null {
  const { model } = task.plan
  if (model.kind !== 'mlp' || model.dropout === 0) return null
  const { dropout } = model
  const words = stream()
  const factor = 1 / (1 - dropout)
  const hidden = layout.layers.slice(0, -1)
  return (height) =>
    hidden.map(({ units }) =>
      Float32Array.from({ length: height * units }, () => (words.real() < dropout ? 0 : factor)),
    )
}
