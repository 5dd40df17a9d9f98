import type { Engine } from '#trainer/compute/engine.ts'
import { compareLosses, isSurelyBetter, type OwnRows, rateAlone } from '#trainer/exact/own.ts'
import { dealFolds } from '#trainer/exact/folds.ts'
import type { Task } from '#trainer/jobs.ts'
import type { Pace } from '#trainer/pace.ts'
import { createStream } from '#trainer/random.ts'
import { createSite, type Site } from '#trainer/site.ts'
import { concludeTraining } from '#trainer/training/conclude.ts'
import { contributeTraining } from '#trainer/training/round.ts'
import type { AloneSeeds } from './alone.ts'
import { completeAt } from './round.ts'

/** What a network is fitted to at home. */
export interface OwnNetwork {
  readonly statistics: Uint8Array
  readonly own: OwnRows
  readonly seeds: AloneSeeds
}

/**
 * A network of the study's shape on own rows alone: trained for as many rounds as did best on a fold of own patients kept
 * aside, then as long on all of them. The outcome's own rate alone where no number of rounds did surely better than that.
 */
export async function fitOwnNetwork(site: Site, engine: Engine, network: OwnNetwork, pace: Pace) {
  const { own, seeds } = network
  const { rounds } = site.task.plan
  const all = Uint32Array.from({ length: own.inputs.height }, (_, i) => i)
  const rate = rateInLayout(own, all, site.under(network.statistics).layout.length)
  const [aside] = dealFolds(
    own.patients,
    own.targets.values,
    createStream('folds', seeds.batchSeed),
    all.length,
  )
  if (!aside || aside.length === all.length) return { params: rate }
  const trial = createSite(freely(site.task), keptAside(site, aside), engine)
  let best = { rounds: 0, gain: 0 }
  try {
    const { losses } = trial.under(network.statistics)
    const before = await losses(rate)
    await train(trial, network, rounds, halfOf(pace, 0), async (params, round) => {
      const gained = compareLosses(before, await losses(params))
      if (isSurelyBetter(gained, own) && gained.gain > best.gain) best = { rounds: round, gain: gained.gain }
    })
  } finally {
    trial.close()
  }
  let params = rate
  await train(site, network, best.rounds, halfOf(pace, 1), (found) => void (params = found))
  return { params }
}

/** The pace of one of two parts that take equally long. */
function halfOf(pace: Pace, part: number): Pace {
  return (done, of) => pace(part * of + done, 2 * of)
}

async function train(
  site: Site,
  { statistics, seeds }: OwnNetwork,
  rounds: number,
  pace: Pace,
  after: (params: Float64Array, round: number) => Promise<void> | void,
): Promise<void> {
  let base: Uint8Array | null = null
  let privateState: Uint8Array | null = null
  for (let round = 1; round <= rounds; round++) {
    const input = { ...seeds, statistics, base, weight: 1, privateState }
    const made = await contributeTraining(site, input, (done, of) =>
      pace((round - 1) * of + done, rounds * of),
    )
    privateState = made.privateState
    const { initialSeed } = seeds
    base = concludeTraining({ task: site.task, statistics, base, initialSeed, sum: made.values, weight: 1 })
    await after((await completeAt(site, { statistics, base, privateState })).params, round)
  }
}

/** The training rows without some, which are judged by; held-out rows are in neither. */
function keptAside({ table, rows }: Site, aside: Uint32Array) {
  const outcome = new Float32Array(table.outcome.length).fill(Number.NaN)
  for (const row of rows.train) outcome[row] = table.outcome[row] ?? Number.NaN
  const heldOut = new Uint8Array(table.outcome.length)
  for (const at of aside) heldOut[rows.train[at] ?? 0] = 1
  return { ...table, outcome, heldOut }
}

function freely(task: Task): Task {
  return { ...task, rules: { ...task.rules, minimumRows: 1 } }
}

/** The rate alone as a network: nothing but the intercepts of its last layer, which are its last numbers. */
function rateInLayout(own: OwnRows, used: Uint32Array, length: number): Float64Array {
  const params = new Float64Array(length)
  params.set(rateAlone(own, used).slice(-own.outputs), length - own.outputs)
  return params
}
