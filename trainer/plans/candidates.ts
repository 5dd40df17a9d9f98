import type { Plan } from '#domain/plan.ts'
import type { Task } from '#trainer/jobs.ts'
import { createStream, shuffle } from '#trainer/random.ts'

const MOST = 24
const RATES = [0.03, 0.1, 0.3]
const WIDTHS = [0, 8, 32]
const STEPS = [5, 10]
/** Penalties, times the number of rows. */
const PENALTIES = [0.3, 3, 30]
/** A network is tried from so many rows on. */
const NETWORK_ROWS = 150

/**
 * The plan as it stands, and others around it drawn without order: learning rate, width, penalty and steps. Own rows are a
 * share of all: penalties are raised to what they weigh against so few.
 */
export function candidatesOf(
  { plan }: Pick<Task, 'plan'>,
  { rows, share }: { rows: number; share: number },
  seed: Uint8Array,
): readonly Plan[] {
  const widths = rows >= NETWORK_ROWS ? WIDTHS : [0]
  const grid = widths.flatMap((width) =>
    RATES.flatMap((rate) =>
      PENALTIES.flatMap((penalty) => STEPS.map((steps) => variant(plan, width, rate, penalty / rows, steps))),
    ),
  )
  const order = Uint32Array.from(grid, (_, i) => i)
  shuffle(order, createStream('candidates', seed))
  const raised = { ...plan, l2: Math.min(1, plan.l2 / share) }
  return [raised, ...[...order].slice(0, MOST - 1).flatMap((i) => grid[i] ?? [])]
}

function variant(plan: Plan, width: number, learningRate: number, l2: number, steps: number): Plan {
  const layers = [{ units: width, activation: 'relu' as const }]
  const model: Plan['model'] =
    width === 0 ? { kind: 'linear' } : { kind: 'mlp', layers, dropout: 0, normalisation: 'none' }
  const head = width === 0 ? ('shared' as const) : plan.head
  return { ...plan, model, head, l2: Math.min(1, l2), local: { ...plan.local, learningRate, steps } }
}
