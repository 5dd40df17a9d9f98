import { ballotOf, standingOf, type Ballot, type Verdict } from '#domain/gate.ts'
import type { Figures, Held, Table, Task } from '#trainer/jobs.ts'
import { binaryFigures } from '#trainer/metrics/binary.ts'
import { boundOf } from '#domain/plan.ts'
import { shapeOf } from '#trainer/shape.ts'
import { trainingParts } from '#trainer/training/parts.ts'
import { concludeTraining } from '#trainer/training/conclude.ts'
import { seed } from '../trainer/kit.ts'
import { addUp, type Members } from './learning.ts'

/** The member that lies is the first one. */
const LIAR = 0
const SCALE = 20
const NEVER = { kind: 'never' } as const

/** What the liar trains on, and what it makes of its update. */
export interface Attack {
  readonly name: string
  readonly flipsLabels: boolean
  readonly factor: number
}

export const attacks: readonly Attack[] = [
  { name: 'nobody lies', flipsLabels: false, factor: 1 },
  { name: 'sign flipped', flipsLabels: false, factor: -1 },
  { name: `scaled by ${SCALE}`, flipsLabels: false, factor: SCALE },
  { name: `sign flipped, scaled by ${SCALE}`, flipsLabels: false, factor: -SCALE },
  { name: 'labels flipped', flipsLabels: true, factor: 1 },
  { name: `labels flipped, scaled by ${SCALE}`, flipsLabels: true, factor: SCALE },
]

/** The tables with the liar's outcomes turned round where the attack says so. */
export function tablesUnder({ flipsLabels }: Attack, tables: readonly Table[]): Table[] {
  return tables.map((table, i) =>
    i === LIAR && flipsLabels ? { ...table, outcome: table.outcome.map((label) => 1 - label) } : table,
  )
}

/** What came of a study in which one member lies. */
export interface Outcome {
  /** Over the held-out rows of the honest members; null where no model is left. */
  readonly figures: Figures | null
  readonly rolledBack: number
}

/**
 * Trains with a liar from a round on (first 0), for so many rounds in all, by the trainer's own jobs and sums. With the gate
 * every member votes on every model as in a real study, the liar always for "better".
 */
export async function trainUnder(
  members: Members,
  attack: Attack,
  { from, rounds, gate }: { from: number; rounds: number; gate: boolean },
): Promise<Outcome> {
  const { task, statistics, weights } = members
  const weight = weights.reduce((sum, one) => sum + one, 0)
  const made: { sum: Uint8Array; ballot: Ballot | null }[] = []
  for (let round = 0; round < rounds; round++) {
    const base = standingOf(made, NEVER).line.at(-1) ?? null
    const parts = await contributions(members, base, round)
    if (round >= from) parts[LIAR] = poison(task, attack, parts[LIAR]!, weights[LIAR]!)
    const sum = addUp(task, 'training', parts)
    const next = concludeTraining({ task, statistics, base, initialSeed: seed(1), sum, weight })
    const best = standingOf(made, NEVER).best
    const ballot = gate ? ballotOf(await votes(members, best, next), weights.length) : null
    made.push({ sum: next, ballot })
  }
  const { line } = standingOf(made, NEVER)
  const last = line.at(-1)
  const figures = last ? await judgeHonest(members, last) : null
  return { figures, rolledBack: made.filter(({ sum }) => !line.includes(sum)).length }
}

async function contributions(
  { trainer, keys, weights, statistics }: Members,
  base: Uint8Array | null,
  round: number,
) {
  const parts: Float64Array[] = []
  for (const [i, key] of keys.entries()) {
    const batchSeed = new Uint8Array(32).fill(round, 0, 16).fill(i, 16)
    const seeds = { initialSeed: seed(1), batchSeed }
    const input = { key, weight: weights[i]!, statistics, base, ...seeds, privateState: null }
    parts.push((await trainer.call('train', input)).values)
  }
  return parts
}

/** The liar keeps to the bound, which every member checks of its own contribution and nobody can of another's. */
function poison(task: Task, { factor }: Attack, values: Float64Array, weight: number): Float64Array {
  const { shared } = trainingParts(task)
  const limit = Math.min(shapeOf(task, 'training').bound, weight * boundOf(task.plan))
  return values.map((value, i) => (i < shared ? Math.max(-limit, Math.min(limit, factor * value)) : value))
}

async function votes({ trainer, keys, statistics }: Members, before: Uint8Array | null, after: Uint8Array) {
  const cast: Verdict[] = []
  for (const [i, key] of keys.entries()) {
    const input = { key, statistics, before, after, privateState: null, initialSeed: seed(1) }
    cast.push(i === LIAR ? 'better' : (await trainer.call('vote', input)).verdict)
  }
  return cast
}

async function judgeHonest({ trainer, keys, statistics }: Members, base: Uint8Array): Promise<Figures> {
  const held: Held[] = []
  for (const [i, key] of keys.entries())
    if (i !== LIAR) held.push(await trainer.call('score', { key, statistics, base, privateState: null }))
  return binaryFigures(
    held.flatMap(({ scores }) => [...scores]),
    held.flatMap(({ labels }) => [...labels]),
  )
}
