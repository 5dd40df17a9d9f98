import { createDirectTrainer } from '#trainer/direct.ts'
import type { Figures as Judged, Table } from '#trainer/jobs.ts'
import { choosePlan } from '#trainer/plans/choose.ts'
import { createStream, shuffle } from '#trainer/random.ts'
import { heartTables, heartVariables } from '../../trainer/heart.ts'
import { aTask, seed } from '../../trainer/kit.ts'
import type { Bench } from '../bench.ts'
import { forget, gather, spread, train, trainAllAlone } from '../learning.ts'

const weightBands = [20, 50, 75, 100, 125, 150, 175, 200, 250, 300, 400, 500]
const RANDOM_SPLITS = 100
const TEST_SHARE = 1 / 3

const binary = { task: 'binary', name: 'outcome', label: '', positive: 'yes' } as const
const { plan } = choosePlan({ outcome: binary, variables: heartVariables, hospitals: 4, rows: 120 })
const task = aTask(heartVariables, plan, { minimumRows: 20, weightBands })

/** FLamby's four hospitals: its own split, and random ones; its published figures beside ours. */
export const bench: Bench = {
  about: "heart disease, four hospitals: FLamby's split and the mean of random ones, shared and alone",
  async run({ quick }) {
    const tables = heartTables()
    if (!tables) return { skipped: 'the heart disease data are not beside this checkout' }
    const flamby = await runSplit(tables, 1)
    const random = []
    for (let split = 1; split <= (quick ? 5 : RANDOM_SPLITS); split++) {
      random.push(await runSplit(splitAnew(tables, split), split))
    }
    checkResult(flamby)
    return {
      "FLamby's split, shared, AUC / log-loss / accuracy": show([flamby.shared]),
      "FLamby's split, each hospital alone": show([flamby.alone]),
      [`mean of ${random.length} random splits, shared`]: show(random.map(({ shared }) => shared)),
      [`mean of ${random.length} random splits, each hospital alone`]: show(random.map(({ alone }) => alone)),
      'random splits where shared has the better log-loss': random.filter(
        ({ shared, alone }) => shared.logLoss! < alone.logLoss!,
      ).length,
      'FLamby (2022), accuracy: pooled / FedAvg / FedAdam': '.795 / .748 / .779',
      'FLamby, its way, scikit-learn: pooled AUC / log-loss / accuracy': '.801 / .552 / .724',
      'what differs from FLamby':
        'variables scaled over all hospitals by a secure sum, not by each hospital; a private intercept; figures over all test rows',
    }
  },
}

async function runSplit(tables: readonly Table[], seeds: number): Promise<{ shared: Judged; alone: Judged }> {
  const members = await gather(createDirectTrainer('fused'), 'heart', task, tables)
  const { curve } = await train(members, seeds)
  const alone = await trainAllAlone(members, seeds)
  await forget(members)
  return { shared: curve.at(-1)!, alone }
}

/** A third of each hospital's rows held out, with the outcome as frequent as in the rest. */
function splitAnew(tables: readonly Table[], split: number): Table[] {
  return tables.map((table, hospital) => {
    const stream = createStream('bench split', seed(split), Uint8Array.of(hospital))
    const heldOut = new Uint8Array(table.outcome.length)
    for (const label of [0, 1]) {
      const rows = Uint32Array.from([...table.outcome.keys()].filter((row) => table.outcome[row] === label))
      shuffle(rows, stream)
      for (const row of rows.subarray(0, Math.round(rows.length * TEST_SHARE))) heldOut[row] = 1
    }
    return { ...table, heldOut }
  })
}

function show(all: readonly Judged[]): string {
  const of = (pick: (one: Judged) => number | null) => spread(all.map((one) => pick(one)!))
  return [of(({ auc }) => auc), of(({ logLoss }) => logLoss), of(({ accuracy }) => accuracy)].join(' / ')
}

/** The promise of the product, or no figures at all. */
function checkResult({ shared }: { shared: Judged }): void {
  if (shared.auc! >= 0.88 && shared.logLoss! <= 0.437) return
  throw new Error(
    `The shared model misses its mark on FLamby's split: AUC ${shared.auc}, log-loss ${shared.logLoss}`,
  )
}
