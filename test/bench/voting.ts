import { ballotOf, standingOf, type JudgedSum, type Standing, type Verdict } from '#domain/gate.ts'
import type { Plan } from '#domain/plan.ts'
import { concludeTraining } from '#trainer/training/conclude.ts'
import { readTrained } from '#trainer/training/artefact.ts'
import { seed } from '../trainer/kit.ts'
import { addUp, judgeAll, type Members } from './learning.ts'

/** A training sum with what each member keeps to itself after it. */
interface Made {
  readonly bytes: Uint8Array
  readonly states: readonly (Uint8Array | null)[]
}

/** A study as it went: all its sums with votes and losses. */
interface Run {
  readonly sums: readonly JudgedSum<Made>[]
  readonly standing: Standing<Made>
}

/** Trains among honest members who all vote, until the plan's end or so many sums. */
export async function trainByVotes(members: Members, stopping: Plan['stopping'], most: number): Promise<Run> {
  const { task } = members
  const sums: JudgedSum<Made>[] = []
  let standing = standingOf(sums, stopping)
  while (sums.length < most && !standing.over) {
    const sum = await next(members, standing.line.at(-1) ?? null, sums.length)
    const ballot = await vote(members, standing.best, sum)
    sums.push({ sum, ballot, loss: readTrained(task, sum.bytes).loss })
    standing = standingOf(sums, stopping)
  }
  return { sums, standing }
}

/** Log-loss over all members' held-out rows of a model. */
export async function lossOf(members: Members, { bytes, states }: Made): Promise<number> {
  return (await judgeAll(members, bytes, [...states])).logLoss!
}

async function next(members: Members, base: Made | null, round: number): Promise<Made> {
  const { trainer, task, keys, weights, statistics } = members
  const states: (Uint8Array | null)[] = []
  const parts: Float64Array[] = []
  for (const [i, key] of keys.entries()) {
    const seeds = { initialSeed: seed(1), batchSeed: new Uint8Array(32).fill(round, 0, 16).fill(i, 16) }
    const from = { base: base?.bytes ?? null, privateState: base?.states[i] ?? null }
    const made = await trainer.call('train', { key, weight: weights[i]!, statistics, ...from, ...seeds })
    states.push(made.privateState)
    parts.push(made.values)
  }
  const weight = weights.reduce((sum, one) => sum + one, 0)
  const sum = addUp(task, 'training', parts)
  const opened = { task, statistics, base: base?.bytes ?? null, initialSeed: seed(1), sum, weight }
  return { bytes: concludeTraining(opened), states }
}

async function vote({ trainer, keys, statistics }: Members, before: Made | null, after: Made) {
  const cast: Verdict[] = []
  for (const [i, key] of keys.entries()) {
    const input = { before: before?.bytes ?? null, after: after.bytes, privateState: after.states[i]! }
    cast.push((await trainer.call('vote', { key, statistics, ...input, initialSeed: seed(1) })).verdict)
  }
  return ballotOf(cast, keys.length)
}
