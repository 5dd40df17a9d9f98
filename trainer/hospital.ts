import { artefactHash } from './artefact.ts'
import type { Engine } from './compute/engine.ts'
import { type Alone, type AloneSeeds, readAlone, trainAlone, writeAlone } from './evaluation/alone.ts'
import type { Scored } from './evaluation/scored.ts'
import { judgementOf } from './evaluation/detail.ts'
import {
  checkHeldOut,
  completeAt,
  contributeToEvaluation,
  scoreAlone,
  scoreHeldOut,
  type SharedParts,
} from './evaluation/round.ts'
import type { ContributionResult, Held, Jobs, Judgement, Table, Task } from './jobs.ts'
import { figuresOf } from './metrics/figures.ts'
import type { Pace } from './pace.ts'
import { type SearchInput, searchPlan } from './plans/search.ts'
import { checkShared } from './disclosure/refuse.ts'
import { createSite } from './site.ts'
import { contributeStatistics } from './statistics/contribution.ts'
import { driftOf } from './statistics/drift.ts'
import { checkVaries } from './statistics/varies.ts'
import { startOf } from './training/artefact.ts'
import { contributeTraining, type TrainInput } from './training/round.ts'
import { judge as compare } from './training/stopping.ts'
import { tune } from './training/tune.ts'
import { checkRows } from './variables/rows.ts'

/** A loaded table under its study: everything that one hospital computes. Remembers the model it last trained alone. */
export function createHospital(task: Task, table: Table, engine: Engine) {
  const site = createSite(task, table, engine)
  let last: Alone | null = null

  function statistics(): ContributionResult {
    checkRows(task, site.counts)
    const values = contributeStatistics(task, table, site.rows.train)
    return { values, privateState: null, loss: null, clipped: 0, engine: null }
  }

  async function alone(seeds: AloneSeeds, pace: Pace): Promise<Jobs['alone']['output']> {
    last = await trainAlone(site, engine, seeds, pace)
    return { ...toHeld(task, await scoreAlone(site, last)), model: writeAlone(last) }
  }

  async function evaluate(input: Omit<Jobs['evaluate']['input'], 'key'>, pace: Pace) {
    checkHeldOut(site)
    const given = input.alone ? readAlone(input.alone) : last
    last = given ?? (await trainAlone(site, engine, ownSeeds(input.statistics), pace))
    return contributeToEvaluation(site, input, last)
  }

  async function judge({ alone, ...shared }: Omit<Jobs['judge']['input'], 'key'>): Promise<Judgement> {
    const byAlone = await scoreAlone(site, readAlone(alone))
    const byShared = await scoreHeldOut(site, shared)
    const both = { shared: byShared, alone: byAlone }
    return judgementOf(task.outcome, table, site.rows.test, both, task.rules.minimumRows)
  }

  async function vote({ before, after, ...rest }: Omit<Jobs['vote']['input'], 'key'>) {
    const model = site.under(rest.statistics)
    const lossesOf = async (base: Uint8Array | null) =>
      model.losses(
        base === null
          ? await model.complete(startOf(task, null, rest.initialSeed).params)
          : (await completeAt(site, { ...rest, base })).params,
      )
    return compare(await lossesOf(before), await lossesOf(after))
  }

  function findPlan(input: SearchInput, around: { pace: Pace; ticks: () => number }) {
    return searchPlan({ task, table, engine }, input, around)
  }

  return {
    counts: site.counts,
    statistics,
    train: async (input: TrainInput, pace: Pace) => {
      checkVaries(task, input.statistics)
      await checkShared(site, input)
      return contributeTraining(site, input, pace)
    },
    evaluate,
    alone,
    score: async (input: SharedParts): Promise<Held> => toHeld(task, await scoreHeldOut(site, input)),
    judge,
    vote,
    tune: ({ batchSeed, ...model }: Omit<Jobs['tune']['input'], 'key'>, pace: Pace) =>
      tune(site, model, batchSeed, pace),
    drift: (statistics: Uint8Array) => driftOf(task, table, site.rows.train, statistics),
    search: findPlan,
    close: site.close,
  }
}
export type Hospital = ReturnType<typeof createHospital>

/** Seeds for a model that nobody else sees, where none were given. */
function ownSeeds(statistics: Uint8Array): AloneSeeds {
  const seed = Uint8Array.from(Buffer.from(artefactHash(statistics), 'hex'))
  return { initialSeed: seed, batchSeed: seed }
}

function toHeld(task: Task, scored: Scored): Held {
  const { scores, labels, survival } = scored
  const held = { figures: figuresOf(task.outcome, scored), scores: Float32Array.from(scores), labels }
  return survival ? { ...held, events: survival.events } : held
}
