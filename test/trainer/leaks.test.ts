import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { openBackend } from '#trainer/compute/backends.ts'
import { createDirectTrainer } from '#trainer/direct.ts'
import type { ContributionResult, Jobs } from '#trainer/jobs.ts'
import { createStream } from '#trainer/random.ts'
import { concludeStatistics } from '#trainer/statistics/artefact.ts'
import { concludeTraining } from '#trainer/training/conclude.ts'
import { aPlan, aTask, numberVariable, seed, toTable } from './kit.ts'

const ROUNDS = 1000

setFlagsFromString('--expose-gc')
/** Collects everything that nobody holds: otherwise memory comes and goes. */
const collect = runInNewContext('gc') as () => void // what the flag above makes of it

const stream = createStream('test', seed(7))
const variables = Array.from({ length: 4 }, (_, i) => numberVariable(`v${i}`, 0, 1))
const columns = variables.map(() => Array.from({ length: 80 }, () => stream.real()))
const table = toTable(
  columns,
  columns[0]!.map((value) => Number(value > 0.5)),
  (row) => row % 4 === 0,
)
const layers = [{ units: 4, activation: 'relu' as const }]
const model = { kind: 'mlp' as const, layers, dropout: 0.2, normalisation: 'layer' as const }
const outer = { kind: 'adam' as const, learningRate: 0.01, beta1: 0.9, beta2: 0.99, epsilon: 1e-3 }
const task = aTask(variables, aPlan({ model, outer }, { steps: 1, batch: 16 }))

test.each(['fused', 'wasm'] as const)(
  'a thousand rounds on %s leave no tensor and no memory behind',
  { timeout: 60_000 },
  async (engine) => {
    const opened = engine === 'wasm' ? await openBackend('wasm') : null
    if (opened && 'missing' in opened) throw new Error(opened.missing)
    const tensors = () => (opened && 'tf' in opened ? opened.tf.memory().numTensors : 0)
    const before = tensors()
    const trainer = createDirectTrainer(engine)
    await trainer.call('load', { key: 'a', task, table })
    const statistics = concludeStatistics(task, (await trainer.call('statistics', { key: 'a' })).values)
    let base: Uint8Array | null = null
    let privateState: Uint8Array | null = null
    const marks: { tensors: number; heap: number }[] = []
    for (let round = 1; round <= ROUNDS; round++) {
      const input: Jobs['train']['input'] = {
        key: 'a',
        weight: 1,
        statistics,
        base,
        initialSeed: seed(1),
        batchSeed: seed(2),
        privateState,
      }
      const made: ContributionResult = await trainer.call('train', input)
      privateState = made.privateState
      base = concludeTraining({ task, statistics, base, initialSeed: seed(1), sum: made.values, weight: 1 })
      if (round % 100 === 0) {
        collect()
        const { heapUsed, external } = process.memoryUsage()
        marks.push({ tensors: tensors(), heap: heapUsed + external })
      }
    }
    expect(new Set(marks.map((mark) => mark.tensors)).size).toBe(1)
    // From the third mark on: engines make their rooms in the first rounds.
    const [first, last] = [marks[2]!.heap, marks.at(-1)!.heap]
    expect(last - first).toBeLessThan(4 * 2 ** 20)
    await trainer.call('forget', { key: 'a' })
    expect(tensors()).toBe(before)
  },
)
