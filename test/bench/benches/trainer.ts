import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { createTrainer, type Channel } from '#trainer/client.ts'
import { forkTrainer } from '#trainer/fork.ts'
import { concludeStatistics } from '#trainer/statistics/artefact.ts'
import { type EngineName, engineNames } from '#trainer/compute/backends.ts'
import { aPlan, aTask, numberVariable, seed, toTable } from '../../trainer/kit.ts'
import { type Bench, percentile } from '../bench.ts'

const MILLION = 1_000_000
const variables = Array.from({ length: 13 }, (_, i) => numberVariable(`v${i}`, -1, 1))
const table = toTable(
  variables.map((_, j) => Array.from({ length: 400 }, (__, i) => Math.sin(i * (j + 1)))),
  Array.from({ length: 400 }, (_, i) => i % 2),
  (row) => row % 4 === 0,
)
const layers = [64, 32].map((units) => ({ units, activation: 'relu' as const }))
const model = { kind: 'mlp' as const, layers, dropout: 0, normalisation: 'none' as const }
/** One step of a hundred and fifty patients, since a layer is no wider than a round looks at. */
const oneStep = aTask(variables, aPlan({ model }, { steps: 1, batch: 150 }))
const manySteps = aTask(variables, aPlan({ model }, { steps: 3000, batch: 32 }))

/** The trainer as a process: how soon it computes, how large it is, and what its sudden end costs. */
export const bench: Bench = {
  about: 'the trainer as a process: start to first step, memory for a million cells, what killing it costs',
  async run({ quick }) {
    const figures: Record<string, string> = {}
    for (const engine of quick ? (['simd'] as const) : engineNames) {
      const times: number[] = []
      for (let i = 0; i < (quick ? 1 : 5); i++) times.push(await firstStep(engine))
      figures[`start to first step, ${engine}`] = spreadOf(times)
    }
    figures['memory'] = await memory(quick)
    figures['killed in the middle of 3000 steps'] = await killed()
    return figures
  },
}

function spreadOf(times: readonly number[]): string {
  if (times.some(Number.isNaN)) return 'not on this machine'
  const [low, middle, high] = [0, 50, 100].map((share) => percentile(times, share).toFixed(0))
  return `${middle} ms (${low} to ${high})`
}

const seeds = { base: null, initialSeed: seed(1), batchSeed: seed(2), privateState: null }

/** From asking for a process to the result of one step, with its table sent and encoded. NaN where another engine computed. */
async function firstStep(engine: EngineName): Promise<number> {
  const from = performance.now()
  const trainer = createTrainer({ spawn: () => forkTrainer() })
  await trainer.call('load', { key: 'a', task: oneStep, table, compute: { engine } })
  const statistics = concludeStatistics(oneStep, (await trainer.call('statistics', { key: 'a' })).values)
  const { engine: used } = await trainer.call('train', { key: 'a', weight: 100, statistics, ...seeds })
  const ms = performance.now() - from
  await trainer.close()
  return used === engine ? ms : Number.NaN
}

/** Peak size of a process with tables of one and of nine million cells. */
async function memory(quick: boolean): Promise<string> {
  const program = path.join(import.meta.dirname, '..', 'train', 'memory-process.ts')
  const sizeOf = async (cells: number) =>
    Number((await promisify(execFile)(process.execPath, [program, String(cells)])).stdout)
  const [small, large] = [await sizeOf(MILLION), await sizeOf((quick ? 3 : 9) * MILLION)]
  const each = (large - small) / (quick ? 2 : 8)
  if (!(each > 4 * MILLION)) throw new Error(`Memory was not measured: ${small} and ${large} bytes`)
  const mega = (bytes: number) => (bytes / MILLION).toFixed(0)
  return `${mega(each)} MB for each million cells (as 32-bit numbers they are 4 MB), ${mega(small)} MB with the first`
}

/** The same job in peace and with its process killed in the middle: the same answer, and the time it cost. */
async function killed(): Promise<string> {
  const channels: Channel[] = []
  const spawn = () => {
    const channel = forkTrainer()
    channels.push(channel)
    return channel
  }
  const trainer = createTrainer({ spawn })
  await trainer.call('load', { key: 'a', task: manySteps, table })
  const statistics = concludeStatistics(manySteps, (await trainer.call('statistics', { key: 'a' })).values)
  const job = (onProgress: () => void = () => undefined) =>
    trainer.call('train', { key: 'a', weight: 100, statistics, ...seeds }, { onProgress })
  const first = performance.now()
  const inPeace = await job()
  const second = performance.now()
  const disturbed = await job(() => channels.length === 1 && channels[0]!.kill())
  const third = performance.now()
  await trainer.close()
  const same = inPeace.values.every((value, i) => value === disturbed.values[i])
  if (!same || channels.length !== 2) throw new Error('A process that was killed changed the answer')
  return `${(third - second).toFixed(0)} ms instead of ${(second - first).toFixed(0)} ms, and the same numbers bit for bit`
}
